//! A caller's requirements beside the built-in ones.

use report::requirement::{
    Check, MAX_DESCRIPTION_WORDS, MAX_REQUIREMENTS, Requirement, StatedRequirement, profile, profile_for, select,
    select_for,
};
use report::{Detail, Subject};

fn stated(name: &str, description: &str) -> StatedRequirement {
    StatedRequirement { name: name.to_owned(), description: description.to_owned(), mandatory: false }
}

fn numbered(count: usize) -> Vec<StatedRequirement> {
    (1..=count).map(|n| stated(&format!("wish {n}"), "Mention the on-call rota.")).collect()
}

fn names(requirements: &[Requirement]) -> Vec<&str> {
    requirements.iter().map(|requirement| requirement.name.as_str()).collect()
}

fn find<'a>(requirements: &'a [Requirement], name: &str) -> &'a Requirement {
    requirements.iter().find(|requirement| requirement.name == name).unwrap()
}

#[test]
fn the_profiles_are_the_original_projects_sixteen() {
    let security_hub = [
        "markdown_format",
        "numerical_data",
        "severity_priority",
        "actionable_remediation",
        "professional_tone",
        "structured_sections",
        "concise_length",
        "no_assumptions",
    ];
    let cloudtrail = [
        "markdown_format",
        "high_risk_activities",
        "behavior_patterns",
        "geographic_insights",
        "failed_operations",
        "actionable_recommendations",
        "threat_assessment",
        "concise_length",
    ];
    assert_eq!(names(&profile(Subject::SecurityHub)), security_hub);
    assert_eq!(names(&profile(Subject::CloudTrail)), cloudtrail);
    for requirement in profile(Subject::SecurityHub).iter().chain(&profile(Subject::CloudTrail)) {
        let words = requirement.description.split_whitespace().count();
        assert!((5..=MAX_DESCRIPTION_WORDS).contains(&words), "{}: {words} words", requirement.name);
        let mandatory =
            ["no_assumptions", "high_risk_activities", "threat_assessment"].contains(&requirement.name.as_str());
        assert_eq!(requirement.mandatory, mandatory, "{}", requirement.name);
    }
    let limit = |subject| find(&profile(subject), "concise_length").check;
    assert!(matches!(limit(Subject::SecurityHub), Check::WordLimit(299)), "under 300");
    assert!(matches!(limit(Subject::CloudTrail), Check::WordLimit(349)), "under 350");
}

#[test]
fn a_full_report_has_no_word_limit() {
    let full = profile_for(Subject::CloudTrail, Detail::Full);
    assert_eq!(full.len(), 7);
    assert!(!names(&full).contains(&"concise_length"));
    assert_eq!(profile_for(Subject::CloudTrail, Detail::Standard).len(), 8);
    let asked =
        select_for(Subject::CloudTrail, Detail::Full, &[stated("concise_length", "At most 900 words.")]).unwrap();
    assert!(matches!(find(&asked.requirements, "concise_length").check, Check::WordLimit(900)));
}

#[test]
fn a_summary_is_not_asked_for_sections_it_does_not_have() {
    let security_hub = profile_for(Subject::SecurityHub, Detail::Summary);
    assert_eq!(security_hub.len(), 7);
    assert!(!names(&security_hub).contains(&"structured_sections"));
    let cloudtrail = profile_for(Subject::CloudTrail, Detail::Summary);
    assert_eq!(cloudtrail.len(), 6);
    assert!(names(&cloudtrail).contains(&"concise_length"));
}

#[test]
fn without_wishes_the_profile_stands() {
    let selection = select(Subject::SecurityHub, &[]).unwrap();
    assert_eq!(names(&selection.requirements), names(&profile(Subject::SecurityHub)));
    assert!(selection.left_out.is_empty());
}

#[test]
fn a_built_in_is_replaced_with_its_check() {
    let mut wish = stated(" Severity_Priority ", "Lead with whatever the board asked about.");
    wish.mandatory = true;
    let selection = select(Subject::SecurityHub, &[wish]).unwrap();
    let replaced = find(&selection.requirements, "severity_priority");
    assert_eq!(selection.requirements.len(), 8);
    assert!(matches!(replaced.check, Check::Reader));
    assert!(replaced.mandatory);
    assert_eq!(replaced.description, "Lead with whatever the board asked about.");
}

#[test]
fn code_keeps_deciding_what_it_can() {
    let same = find(&profile(Subject::SecurityHub), "markdown_format").description.clone();
    let wishes = [
        stated("markdown_format", &same),
        stated("concise_length", "Keep the report under 120 words."),
        stated("brevity", "No more than 500 words."),
        stated("board", "Say in one sentence what the board has to know."),
    ];
    let selection = select(Subject::SecurityHub, &wishes).unwrap();
    let check = |name| find(&selection.requirements, name).check;
    assert!(matches!(check("markdown_format"), Check::Rule(_)));
    assert!(matches!(check("concise_length"), Check::WordLimit(119)));
    assert!(matches!(check("brevity"), Check::WordLimit(500)));
    assert!(matches!(check("board"), Check::Reader));
}

#[test]
fn the_lightest_built_ins_make_way_and_mandatory_ones_last() {
    let two = select(Subject::SecurityHub, &numbered(2)).unwrap();
    assert_eq!((two.requirements.len(), two.left_out.len()), (10, 0));
    let four = select(Subject::SecurityHub, &numbered(4)).unwrap();
    assert_eq!(four.left_out, ["professional_tone", "concise_length"]);
    assert_eq!(four.requirements.len(), MAX_REQUIREMENTS);
    let nine = select(Subject::SecurityHub, &numbered(9)).unwrap();
    assert_eq!(nine.requirements[0].name, "no_assumptions");
    let ten = select(Subject::SecurityHub, &numbered(10)).unwrap();
    assert_eq!(ten.left_out.len(), 8);
    assert_eq!(ten.left_out[7], "no_assumptions");
}

#[test]
fn what_the_caller_replaced_stays_when_others_make_way() {
    let mut wishes = numbered(9);
    wishes.push(stated("professional_tone", "Write as a pirate."));
    let selection = select(Subject::SecurityHub, &wishes).unwrap();
    assert_eq!(selection.requirements.len(), 10);
    assert_eq!(find(&selection.requirements, "professional_tone").description, "Write as a pirate.");
    assert!(selection.left_out.contains(&"no_assumptions".to_owned()));
}

#[test]
fn bad_requirements_are_refused_with_what_to_do() {
    let refused = |wishes: &[StatedRequirement]| select(Subject::CloudTrail, wishes).unwrap_err();
    assert_eq!(refused(&numbered(11)), "requirement 11: at most 10 in one run; leave one out");
    assert_eq!(refused(&numbered(14)), "requirement 11: at most 10 in one run; leave 4 out");
    assert_eq!(
        refused(&[stated("tone", "Calm."), stated(" TONE ", "Loud.")]),
        "requirement 2: has the name of requirement 1; give it another"
    );
    assert_eq!(refused(&[stated("  ", "Calm.")]), "requirement 1: name is empty; give it a short name");
    assert_eq!(
        refused(&[stated(&"n".repeat(65), "Calm.")]),
        "requirement 1: name is longer than 64 characters; shorten it"
    );
    for unseen in ["to\u{202e}ne", "to\nne", "to\u{200b}ne"] {
        assert_eq!(
            refused(&[stated(unseen, "Calm.")]),
            "requirement 1: name has characters that cannot be seen; write it without them"
        );
    }
    assert_eq!(refused(&[stated("tone", " \n")]), "requirement 1: description is empty; say what the report has to be");
    let long = "word ".repeat(129);
    assert_eq!(
        refused(&[stated("tone", &long)]),
        "requirement 1: description has 129 words; at most 128, so shorten it"
    );
    assert_eq!(
        refused(&[stated("tone", &"w".repeat(5000))]),
        "requirement 1: description is longer than 4096 bytes; shorten it"
    );
    assert!(select(Subject::CloudTrail, &[stated(&"n".repeat(64), &"word ".repeat(128))]).is_ok());
}
