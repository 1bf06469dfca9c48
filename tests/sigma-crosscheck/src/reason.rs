//! Why the engines may differ on a record, as far as it follows from the specification or from what it leaves open.

use sigma::{Explanation, Modifier, TestOutcome};

/// What decides a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// `null` on a field that the record does not have.
    MissingIsNull,
    /// A test of a list or an object.
    ListOrObject,
    /// A number or a boolean of the record against text, or the other way round.
    OtherType,
    /// Nothing that is known: a defect on one of the sides.
    Unexplained,
}

impl Reason {
    /// The reason that the tests of a rule give, the first of the list above that any of them gives.
    pub(crate) fn of(explanation: &Explanation) -> Self {
        let tests = || explanation.searches.iter().flat_map(|search| &search.tests).filter(|test| test.matched);
        if tests().any(is_missing_null) {
            Self::MissingIsNull
        } else if tests().any(|test| begins(test, &['[', '{'])) {
            Self::ListOrObject
        } else if tests().any(is_other_type) {
            Self::OtherType
        } else {
            Self::Unexplained
        }
    }

    /// In words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::MissingIsNull => {
                "`null` on a missing field: the specification leaves it to the target (\"Special Field Values\"); ours takes \
                 missing for null, theirs wants the field to be there"
            }
            Self::ListOrObject => {
                "a test of a list or an object: the specification says nothing of them; ours looks at each element and at \
                 the JSON, theirs at neither"
            }
            Self::OtherType => {
                "a boolean or a number against text: the specification compares values; ours takes `true` and `'true'`, and \
                 5 and `'5'`, for the same"
            }
            Self::Unexplained => "not explained: a defect of one of the engines",
        }
    }
}

fn is_missing_null(test: &TestOutcome) -> bool {
    test.pattern == "null" && test.value.is_none()
}

fn begins(test: &TestOutcome, with: &[char]) -> bool {
    test.value.as_deref().is_some_and(|value| value.starts_with(with))
}

fn is_other_type(test: &TestOutcome) -> bool {
    let plain = |text: &str| text == "true" || text == "false" || text.parse::<f64>().is_ok();
    let compared = !test.modifiers.iter().any(|modifier| matches!(modifier, Modifier::Re | Modifier::Exists));
    compared && plain(&test.pattern) && test.value.as_deref().is_some_and(plain)
}
