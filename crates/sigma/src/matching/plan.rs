//! A chain of modifiers understood as a whole, so that chains without a meaning are refused rather than guessed at.

use super::{Comparison, Modifier, TimePart};

/// What the modifiers of one item ask for together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Every value must match, not just one.
    pub(crate) all: bool,
    /// The item holds when the values do not match (`neq`).
    pub(crate) negated: bool,
    pub(crate) cased: bool,
    pub(crate) expand: bool,
    pub(crate) windash: bool,
    /// Encodings in the order in which they apply.
    pub(crate) encodings: Vec<Modifier>,
    pub(crate) place: Where,
    pub(crate) kind: Kind,
}

/// Where in the field's text the value is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    Whole,
    Start,
    End,
    Anywhere,
}

/// What the values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Regex { ignore_case: bool, multi_line: bool, single_line: bool },
    Network,
    Exists,
    FieldRef,
    Compare(Comparison),
    Time(TimePart, Comparison),
}

/// Why a chain is refused: what, and the fix.
pub(crate) type Refusal = (String, &'static str);

impl Plan {
    /// Understands a chain. `keyword`: the item has no field.
    pub(crate) fn new(modifiers: &[Modifier], keyword: bool) -> Result<Self, Refusal> {
        let mut plan = Self {
            all: false,
            negated: false,
            cased: false,
            expand: false,
            windash: false,
            encodings: Vec::new(),
            place: Where::Whole,
            kind: Kind::Plain,
        };
        for (place, modifier) in modifiers.iter().enumerate() {
            if modifiers.iter().take(place).any(|earlier| earlier == modifier) {
                return Err((format!("the modifier `{}` stands twice", modifier.as_str()), "write it once"));
            }
            plan.add(*modifier)?;
        }
        plan.check(keyword)?;
        Ok(plan)
    }

    fn add(&mut self, modifier: Modifier) -> Result<(), Refusal> {
        match modifier {
            Modifier::All => self.all = true,
            Modifier::Neq => self.negated = true,
            Modifier::Cased => self.cased = true,
            Modifier::Expand => self.expand = true,
            Modifier::Windash => self.windash = true,
            Modifier::Contains => self.expect(Where::Anywhere)?,
            Modifier::StartsWith => self.expect(Where::Start)?,
            Modifier::EndsWith => self.expect(Where::End)?,
            Modifier::Base64 | Modifier::Base64Offset | Modifier::Wide => self.encode(modifier)?,
            Modifier::Utf16 | Modifier::Utf16Be | Modifier::Utf16Le => self.encode(modifier)?,
            Modifier::Re => self.be(Kind::Regex { ignore_case: false, multi_line: false, single_line: false })?,
            Modifier::IgnoreCase | Modifier::MultiLine | Modifier::SingleLine => self.flag(modifier)?,
            Modifier::Cidr => self.be(Kind::Network)?,
            Modifier::Exists => self.be(Kind::Exists)?,
            Modifier::FieldRef => self.be(Kind::FieldRef)?,
            Modifier::Lt => self.compare(Comparison::Less)?,
            Modifier::Lte => self.compare(Comparison::AtMost)?,
            Modifier::Gt => self.compare(Comparison::Greater)?,
            Modifier::Gte => self.compare(Comparison::AtLeast)?,
            Modifier::Minute => self.be(Kind::Time(TimePart::Minute, Comparison::Equal))?,
            Modifier::Hour => self.be(Kind::Time(TimePart::Hour, Comparison::Equal))?,
            Modifier::Day => self.be(Kind::Time(TimePart::Day, Comparison::Equal))?,
            Modifier::Month => self.be(Kind::Time(TimePart::Month, Comparison::Equal))?,
            Modifier::Year => self.be(Kind::Time(TimePart::Year, Comparison::Equal))?,
        }
        Ok(())
    }

    fn expect(&mut self, place: Where) -> Result<(), Refusal> {
        if self.place != Where::Whole {
            return Err(("contains, startswith and endswith exclude each other".to_owned(), "keep one of them"));
        }
        self.place = place;
        Ok(())
    }

    /// Modifiers apply in their order: an encoding after `contains` would encode the wildcards.
    fn encode(&mut self, modifier: Modifier) -> Result<(), Refusal> {
        if self.place != Where::Whole {
            let what = format!("`{}` stands after contains, startswith or endswith", modifier.as_str());
            return Err((what, "write the encoding first"));
        }
        self.encodings.push(modifier);
        Ok(())
    }

    fn be(&mut self, kind: Kind) -> Result<(), Refusal> {
        if self.kind != Kind::Plain {
            return Err(("two modifiers give the value two different types".to_owned(), "keep one of them"));
        }
        self.kind = kind;
        Ok(())
    }

    fn flag(&mut self, modifier: Modifier) -> Result<(), Refusal> {
        let Kind::Regex { ignore_case, multi_line, single_line } = &mut self.kind else {
            let what = format!("`{}` does not follow `re`", modifier.as_str());
            return Err((what, "write `re` before it"));
        };
        match modifier {
            Modifier::IgnoreCase => *ignore_case = true,
            Modifier::MultiLine => *multi_line = true,
            _ => *single_line = true,
        }
        Ok(())
    }

    fn compare(&mut self, comparison: Comparison) -> Result<(), Refusal> {
        match &mut self.kind {
            Kind::Time(_, compared @ Comparison::Equal) => *compared = comparison,
            Kind::Plain => self.kind = Kind::Compare(comparison),
            _ => return Err(("two modifiers compare the value differently".to_owned(), "keep one of them")),
        }
        Ok(())
    }

    fn check(&self, keyword: bool) -> Result<(), Refusal> {
        let placed = self.place != Where::Whole;
        let encodes = !self.encodings.is_empty();
        if placed && !matches!(self.kind, Kind::Plain | Kind::FieldRef) {
            return Err(refused("contains, startswith and endswith need text or a fieldref", "remove one of the two"));
        }
        if (encodes || self.windash) && self.kind != Kind::Plain {
            return Err(refused("encodings and windash need text", "remove one of the two"));
        }
        if self.cased && !matches!(self.kind, Kind::Plain | Kind::FieldRef) {
            return Err(refused("`cased` needs text", "remove it; `re` is case-sensitive without `i`"));
        }
        if self.expand && matches!(self.kind, Kind::Exists | Kind::Regex { .. }) {
            return Err(refused("`expand` needs text, networks, numbers or fields", "remove it"));
        }
        if self.all && (self.negated || self.kind == Kind::Exists) {
            return Err(refused(
                "`all` together with neq or exists has no defined meaning",
                "write one item per value",
            ));
        }
        if self.negated && matches!(self.kind, Kind::Exists | Kind::Compare(_)) {
            return Err(refused("`neq` negates exists or a comparison", "write the opposite test"));
        }
        if self.windash && encodes {
            return Err(refused("`windash` together with an encoding is not supported", "write the values out"));
        }
        if keyword && !matches!(self.kind, Kind::Plain | Kind::Regex { .. }) {
            return Err(refused("keywords have no field to compare", "name a field before the `|`"));
        }
        self.check_encodings()
    }

    /// UTF-16 is bytes, and only Base64 makes text of bytes again; nothing may follow that.
    fn check_encodings(&self) -> Result<(), Refusal> {
        let is_base64 = |modifier: &Modifier| matches!(modifier, Modifier::Base64 | Modifier::Base64Offset);
        match self.encodings.as_slice() {
            [] => Ok(()),
            [only] if is_base64(only) => Ok(()),
            [wide, base64] if !is_base64(wide) && is_base64(base64) => Ok(()),
            [wide] if !is_base64(wide) => {
                let what = format!("`{}` makes bytes that no text field can hold", wide.as_str());
                Err((what, "add `base64` or `base64offset` after it"))
            }
            _ => Err(refused("these encodings do not follow each other", "write `wide|base64offset|contains`")),
        }
    }
}

fn refused(what: &str, fix: &'static str) -> Refusal {
    (what.to_owned(), fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(chain: &str) -> Result<Plan, Refusal> {
        let modifiers: Vec<_> = chain.split('|').map(|name| Modifier::named(name).unwrap()).collect();
        Plan::new(&modifiers, false)
    }

    #[test]
    fn chains_with_a_meaning_are_taken() {
        for chain in [
            "contains|all",
            "all|contains",
            "re|i|m|s",
            "wide|base64offset|contains",
            "utf16|base64",
            "fieldref|endswith",
            "fieldref|neq",
            "hour|gte",
            "expand|cidr",
            "windash|contains|all",
            "cased|startswith",
            "neq|contains",
        ] {
            assert!(plan(chain).is_ok(), "{chain}");
        }
    }

    #[test]
    fn chains_without_one_are_refused() {
        for chain in [
            "contains|startswith",
            "contains|contains",
            "contains|base64",
            "i|re",
            "re|contains",
            "re|cased",
            "cidr|lt",
            "gt|hour",
            "gt|lt",
            "wide",
            "base64|wide",
            "base64|base64offset",
            "exists|neq",
            "all|neq",
            "windash|base64",
            "re|expand",
        ] {
            assert!(plan(chain).is_err(), "{chain}");
        }
        assert!(Plan::new(&[Modifier::Cidr], true).is_err());
    }
}
