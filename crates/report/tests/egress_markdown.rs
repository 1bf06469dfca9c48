//! Whatever a model writes, what is shown holds no link, image, HTML or invisible character, and reads the same twice.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use report::markdown::{MAX_BYTES, rerender};
use security_model::{SafeText, TextKind};

/// Everything that a reader with every extension switched on could act upon, and text that would be linked by itself.
fn acts(markdown: &str) -> Option<String> {
    let mut in_code = 0;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM)
    {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::FootnoteDefinition(_)) => {
                return Some("link, image, HTML block or footnote".to_owned());
            }
            Event::Html(_) | Event::InlineHtml(_) => return Some("HTML".to_owned()),
            Event::Start(Tag::Strikethrough) => return Some("strikethrough".to_owned()),
            Event::Start(Tag::List(Some(start))) if start != 1 => return Some("list that starts elsewhere".to_owned()),
            Event::Start(Tag::CodeBlock(_)) => in_code += 1,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code -= 1,
            Event::Text(text) if in_code == 0 => {
                let lower = text.to_lowercase();
                for sign in ["http://", "https://", "ftp://", "www.e", "www.a", "mailto:", "javascript:a", "data:text"]
                {
                    if lower.contains(sign) {
                        return Some(format!("{sign} in text"));
                    }
                }
            }
            _ => {}
        }
    }
    None
}

fn is_allowed(c: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    c == '\n' || SafeText::from_raw(text, TextKind::Identifier).as_str() == text
}

#[track_caller]
fn check(input: &str) -> String {
    let once = rerender(input);
    assert_eq!(acts(&once), None, "{input:?} became {once:?}");
    assert!(once.chars().all(is_allowed), "{input:?} became {once:?}");
    assert_eq!(rerender(&once), once, "not stable: {input:?}");
    once
}

#[test]
fn what_a_report_is_made_of_survives() {
    let report = "\
# Title

First line\nsecond *line* with **strong** and `code`.

- one
- two
  - inner
  - more

1. first
2. second

|API|Events|
|---|---:|
|`a\\|b`|2,616|

> quoted

___

```
code
  more
```
";
    assert_eq!(check(report), report);
}

#[test]
fn hostile_markup_is_written_as_what_it_says() {
    for (input, expected) in [
        ("[text](https://evil.example)", "text\n"),
        ("![alt](https://evil.example/x.png)", "alt\n"),
        ("<https://evil.example>", "`hxxps://evil[.]example`\n"),
        ("[a][1]\n\n[1]: https://evil.example", "a\n"),
        ("go to https://evil.example/p now", "go to `hxxps://evil[.]example/p` now\n"),
        ("www.evil.com", "`www[.]evil[.]com`\n"),
        ("a <b>bold</b> c", "a bold c\n"),
        ("a <script>alert(1)</script> c", "a c\n"),
        ("<div onclick=x>text</div>", "text\n"),
        ("<!-- comment -->", ""),
        ("&lt;script&gt;x&lt;/script&gt;", "\\<script>x\\</script>\n"),
        ("&#60;img src=x&#62;", "\\<img src=x>\n"),
        ("\u{1b}[31mred\u{1b}[0m", "\\[31mred\\[0m\n"),
        ("\u{1b}]8;;https://evil.example\u{7}click\u{1b}]8;;\u{7}", "]`8;;hxxps://evil[.]exampleclick]8`;;\n"),
        ("abc\u{202e}cba", "abccba\n"),
        ("a&#x202e;b&#8203;c", "abc\n"),
        ("ht\u{200b}tps://evil.example", "`hxxps://evil[.]example`\n"),
        ("[x](javascript:alert(1))", "x\n"),
        ("javascript:alert(1)", "`javascript[:]alert(1`)\n"),
        ("```sh evil\nrm\n```", "```\nrm\n```\n"),
        ("~~~\n```\n~~~", "````\n```\n````\n"),
        ("- [ ] task", "- \\[ ] task\n"),
        ("[^1] and [^1]: x", "\\[^1] and \\[^1]: x\n"),
        ("Setext\n===", "# Setext\n"),
        ("1\\. no list", "1\\. no list\n"),
        ("PRINCIPAL_3 and {{f:1}}", "PRINCIPAL_3 and {{f:1}}\n"),
        ("mail admin@example.com", "mail `admin@example.com`\n"),
        ("***both***", "***both***\n"),
        // A list's first number that a model chose is read as a count, so it stays where it can be verified.
        ("41) accounts were breached", "- 41 accounts were breached\n"),
        ("1. a\n\n7) b\n8) c", "1. a\n\n- 7 b\n- 8 c\n"),
        ("- x\n  2616. events", "- x\n  2616\\. events\n"),
        ("> 999. x", "> - 999 x\n"),
        // What is struck out would be stated and taken back.
        ("~~61 failed~~ ~one~", "\\~\\~61 failed\\~\\~ \\~one\\~\n"),
        ("a <del>61</del> <s>62</s>", "a 61 62\n"),
    ] {
        assert_eq!(check(input), expected, "{input:?}");
    }
}

#[test]
fn a_list_that_starts_in_the_middle_of_nowhere_keeps_its_number_as_text() {
    assert_eq!(check("71. accounts were breached\n72. keys too\n"), "- 71 accounts were breached\n- 72 keys too\n");
    assert_eq!(check("Now:\n\n41) **accounts** left\n"), "Now:\n\n- 41 **accounts** left\n");
    // A list that goes on after a table or a paragraph counts as before.
    assert_eq!(check("1. Rotate it.\n\nThen:\n\n2. Remove it.\n"), "1. Rotate it.\n\nThen:\n\n1. Remove it.\n");
}

#[test]
fn hostile_pieces_in_every_place_and_pair() {
    let pieces = [
        "[x](https://evil.example)",
        "![x](https://evil.example)",
        "[x][r]\n\n[r]: https://evil.example 't'",
        "<https://evil.example>",
        "<a@evil.example>",
        "https://evil.example",
        "HTTPS://EVIL.EXAMPLE",
        "www.evil.com",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!-- x",
        "<![CDATA[x]]>",
        "<?php x ?>",
        "<svg/onload=x>",
        "</code>",
        "&lt;script&gt;",
        "&#x3c;script>",
        "\u{1b}[2J",
        "\u{1b}]8;;https://evil.example\u{1b}\\x",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "\r",
        "\0",
        "data:text/html,<script>",
        "[x](data:text/html,x)",
        "[x](<javascript:x>)",
        "`",
        "``",
        "```",
        "````",
        "~~~",
        "```html\n<b>\n",
        "\\",
        "\\\\",
        "|",
        "| a |\n|---|",
        "\n\n",
        "\n",
        "    ",
        "\t",
        "# ",
        "===",
        "---",
        "***",
        "* * *",
        "> ",
        "- ",
        "1. ",
        "99999999999. ",
        "*",
        "**",
        "_",
        "__",
        "~",
        "~~",
        "[",
        "]",
        "](",
        "![",
        "[^1]",
        "[^1]: x",
        ":--",
        "$x$",
        "a_b",
        "{{f:1}}",
        "PRINCIPAL_3",
        "<",
        ">",
        "&",
        "&amp;",
        "&nbsp;",
        "a  ",
        "a\\\n",
        "é",
        "数据库",
        "http&#58;//evil.example",
        "ht<b>tps://evil.example</b>",
        "h**ttps://evil.example**",
        "https&colon;//evil.example",
    ];
    for (index, a) in pieces.iter().enumerate() {
        for frame in [
            "{}",
            "x {} y",
            "# {}",
            "- {}",
            "- a\n  {}",
            "1. {}",
            "> {}",
            "| {} |\n|---|\n| {} |",
            "**{}**",
            "`{}`",
            "```\n{}\n```",
            "[{}](x)",
            "<b>{}</b>",
            "<div>\n{}\n</div>",
        ] {
            check(&frame.replace("{}", a));
        }
        for b in &pieces {
            check(&format!("{a}{b}"));
            if index % 4 == 0 {
                check(&format!("{a} w {b}{a}"));
            }
        }
    }
}

#[test]
fn every_character_is_dropped_or_visible() {
    let scalars: Vec<char> = (0..=0x10_FFFF).filter_map(char::from_u32).collect();
    for chunk in scalars.chunks(20_000) {
        let text: String = chunk.iter().flat_map(|c| ['a', *c, 'b', ' ']).collect();
        let out = rerender(&text);
        assert!(out.chars().all(is_allowed));
        assert_eq!(acts(&out), None);
    }
}

#[test]
fn large_and_deep_texts_are_bounded() {
    let shapes = [
        "a ".repeat(2_500_000),
        ">".repeat(5_000_000),
        "- ".repeat(2_500_000),
        "[".repeat(5_000_000),
        "*a ".repeat(1_700_000),
        "`a``".repeat(1_300_000),
        "<a ".repeat(1_700_000),
        "> - ".repeat(1_300_000),
        "|a".repeat(2_500_000),
        format!("|{}\n|{}\n{}", "a|".repeat(20_000), "-|".repeat(20_000), "|\n".repeat(100_000)),
        (0..400).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect::<String>() + &"\n".repeat(200_000) + "x",
        format!("{}\n{}", "> ".repeat(60_000), ">\n".repeat(60_000)),
        "![](".repeat(1_300_000),
        "x\n\n".repeat(1_700_000),
        "https://a.example ".repeat(300_000),
        "*_".repeat(2_500_000),
        "&lt;".repeat(1_300_000),
        "**a*".repeat(1_300_000),
    ];
    for text in shapes {
        let start = std::time::Instant::now();
        let out = rerender(&text);
        let shape: String = text.chars().take(12).collect();
        assert!(out.len() <= MAX_BYTES, "{shape:?} became {} bytes", out.len());
        assert_eq!(rerender(&out), out, "{shape:?}");
        assert!(start.elapsed().as_secs() < 60, "{shape:?} took {:?}", start.elapsed());
        eprintln!("{shape:?} {:?}", start.elapsed());
    }
    let cut = rerender(&"word ".repeat(200_000));
    assert!(cut.ends_with("Cut here: the text was too long.\n"), "{:?}", cut.get(cut.len() - 60..));
}

const PIECES: [&str; 46] = [
    "a",
    "B ",
    "é",
    " ",
    "\n",
    "\n\n",
    "  \n",
    "\\\n",
    "`",
    "``",
    "*",
    "**",
    "_",
    "~~",
    "# ",
    "- ",
    "* ",
    "1. ",
    "2) ",
    "> ",
    "| a | b |\n|---|---|\n",
    "|",
    "[",
    "](x)",
    "![",
    "<b>",
    "</b>",
    "<script>",
    "</script>",
    "<",
    ">",
    "&lt;",
    "\\",
    "https://a.example",
    "www.",
    "a@b.example",
    ".",
    ":",
    "---\n",
    "```\n",
    "\t",
    "    ",
    "  ",
    "\u{200b}",
    "===\n",
    "x_y",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_mixture_is_inert_and_stable(pieces in prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..24)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_text_is_inert_and_stable(text in any::<String>()) {
        check(&text);
    }
}
