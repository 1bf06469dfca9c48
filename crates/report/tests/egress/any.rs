//! Names and drafts of any shape come back as they are meant.

use proptest::prelude::*;

use crate::*;

fn any_name() -> impl Strategy<Value = Name> {
    let texts = prop_oneof![
        any::<String>(),
        "[a-z]{1,12}",
        "arn:aws:iam::[0-9]{12}:role/[a-zA-Z|`_*{}:\\\\-]{1,20}",
        "(PRINCIPAL|IP|CALL)_[0-9]{1,2}( .{0,5})?",
        "[|`\\\\ <>*_]{1,10}",
    ];
    (prop::sample::select(KINDS.as_slice()), texts).prop_map(|(kind, text)| name(kind, &text))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn one_name_is_one_token_and_comes_back(names in prop::collection::vec(any_name(), 1..10)) {
        let rows = names.iter().enumerate().map(|(n, name)| row(&format!("r-{n}"), "events.x", vec![name.clone()], &[])).collect();
        let facts = set(vec![], rows);
        let curtain = Curtain::new(&facts, true);
        let shown = curtain.show_facts(&complete()).unwrap();
        let (mut of_text, mut of_token) = (BTreeMap::new(), BTreeMap::new());
        for (n, name) in names.iter().enumerate() {
            let prefix = format!("r-{n} | events.x | ");
            let token = shown.as_str().lines().find_map(|line| line.strip_prefix(prefix.as_str())).unwrap();
            let text = name.text.as_str();
            if token.contains(' ') {
                // Plain, with its kind before it.
                continue;
            }
            prop_assert_eq!(*of_text.entry(text).or_insert(token), token);
            prop_assert_eq!(*of_token.entry(token).or_insert(text), text);
            let lifted = curtain.lift(&format!("It was {token}, *{token}*\n\n| {token} |\n|---|"));
            let (code, outside) = read(&lifted);
            let expected = if text.trim().is_empty() { "(empty)" } else { text };
            prop_assert_eq!(&code[..2], [expected, expected], "{}", lifted);
            prop_assert_eq!(code[2].replace("\\u{7c}", "|"), expected.replace("\\u{7c}", "|"));
            prop_assert_eq!(outside.replace(['\n', ' '], ""), "Itwas,", "{}", lifted);
            prop_assert_eq!(report::markdown::rerender(&lifted), lifted);
        }
    }

    #[test]
    fn any_draft_leaves_names_in_code(names in prop::collection::vec("SECRET[`|*_\\\\<>\\[\\](){}a-z ]{0,20}SECRET", 1..4), parts in prop::collection::vec(prop::sample::select(["TITLE_1", "TITLE_2", "`", "``", "*", "**", "|", "\n", "\n\n", "| a |\n|---|\n| ", "- ", "```\n", "[", "](x)", "<b>", " ", "x", "\\", "{{f:1}}", "> ", "# "].as_slice()), 0..20)) {
        let names = names.iter().map(|text| name(NameKind::Title, text)).collect();
        let facts = set(vec![fact(1, "events.total", 5, "all")], vec![row("r-1", "events.x", names, &[])]);
        let lifted = Curtain::new(&facts, true).lift(&parts.concat());
        let mut in_block = false;
        for event in Parser::new_ext(&lifted, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Start(pulldown_cmark::Tag::CodeBlock(_)) => in_block = true,
                Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_block = false,
                Event::Text(text) => prop_assert!(in_block || !text.contains("SECRET"), "{}", lifted),
                Event::Html(_) | Event::InlineHtml(_) => prop_assert!(false, "{}", lifted),
                _ => {}
            }
        }
        prop_assert_eq!(report::markdown::rerender(&lifted), lifted);
    }
}
