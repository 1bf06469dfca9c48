//! Countries and cities that a report cannot know from CloudTrail records.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::super::reading::{Block, words};
use crate::{FactSet, NameKind};

/// Where AWS says a region is: such a name is fair beside the region itself.
const REGION_PLACES: &[(&str, &str)] = &[
    ("us-east-1", "virginia usa united states us"),
    ("us-east-2", "ohio usa united states us"),
    ("us-west-1", "california usa united states us"),
    ("us-west-2", "oregon usa united states us"),
    ("ca-central-1", "montreal canada"),
    ("ca-west-1", "calgary canada"),
    ("eu-west-1", "ireland dublin"),
    ("eu-west-2", "london united kingdom uk england"),
    ("eu-west-3", "paris france"),
    ("eu-central-1", "frankfurt germany"),
    ("eu-central-2", "zurich switzerland"),
    ("eu-north-1", "stockholm sweden"),
    ("eu-south-1", "milan italy"),
    ("eu-south-2", "spain"),
    ("ap-northeast-1", "tokyo japan"),
    ("ap-northeast-2", "seoul korea south korea"),
    ("ap-northeast-3", "osaka japan"),
    ("ap-southeast-1", "singapore"),
    ("ap-southeast-2", "sydney australia"),
    ("ap-southeast-3", "jakarta indonesia"),
    ("ap-southeast-4", "melbourne australia"),
    ("ap-south-1", "mumbai india"),
    ("ap-south-2", "hyderabad india"),
    ("ap-east-1", "hong kong"),
    ("sa-east-1", "sao paulo brazil"),
    ("me-south-1", "bahrain"),
    ("me-central-1", "uae united arab emirates dubai"),
    ("af-south-1", "cape town south africa"),
    ("il-central-1", "tel aviv israel"),
];

/// Countries, and cities that come up where attacks are spoken of. Written as one word each is; see [`PAIRS`] for others.
const SINGLE: &str = "Afghanistan Albania Algeria Andorra Angola Argentina Armenia Australia Austria Azerbaijan Bahrain \
    Bangladesh Barbados Belarus Belgium Belize Benin Bhutan Bolivia Botswana Brazil Brunei Bulgaria Burundi Cambodia \
    Cameroon Canada Chile China Colombia Croatia Cuba Cyprus Czechia Denmark Djibouti Ecuador Egypt Eritrea Estonia Ethiopia \
    Fiji Finland France Gabon Gambia Germany Ghana Greece Grenada Guatemala Guinea Guyana Haiti Honduras Hungary Iceland India \
    Indonesia Iran Iraq Ireland Israel Italy Jamaica Japan Kazakhstan Kenya Kiribati Kosovo Kuwait Kyrgyzstan Laos Latvia \
    Lebanon Lesotho Liberia Libya Liechtenstein Lithuania Luxembourg Madagascar Malawi Malaysia Maldives Malta Mauritania \
    Mauritius Mexico Moldova Monaco Mongolia Montenegro Morocco Mozambique Myanmar Namibia Nepal Netherlands Nicaragua Niger \
    Nigeria Norway Oman Pakistan Palestine Panama Paraguay Peru Philippines Poland Portugal Qatar Romania Russia Rwanda Samoa \
    Senegal Serbia Singapore Slovakia Slovenia Somalia Spain Sudan Suriname Sweden Switzerland Syria Taiwan Tajikistan Tanzania \
    Thailand Togo Tunisia Turkey Turkmenistan Uganda Ukraine Uruguay Uzbekistan Vanuatu Venezuela Vietnam Yemen Zambia Zimbabwe \
    England Scotland Russian Chinese Iranian Ukrainian \
    Amsterdam Athens Atlanta Bangkok Barcelona Beijing Belgrade Berlin Bogota Boston Brussels Bucharest Budapest Cairo Chicago \
    Copenhagen Dallas Delhi Dhaka Dubai Dublin Frankfurt Geneva Guangzhou Hamburg Hanoi Havana Helsinki Houston Istanbul \
    Jakarta Johannesburg Karachi Kiev Kyiv Lagos Lima Lisbon London Madrid Manila Melbourne Miami Milan Minsk Montreal Moscow \
    Mumbai Munich Nairobi Osaka Oslo Paris Prague Pyongyang Rome Seattle Seoul Shanghai Shenzhen Sofia Stockholm Sydney Taipei \
    Tehran Tokyo Toronto Vancouver Vienna Vilnius Warsaw Zurich Virginia Ohio California Oregon";
const PAIRS: &str = "North Korea,South Korea,South Africa,Saudi Arabia,Sri Lanka,New Zealand,Costa Rica,El Salvador,Ivory Coast,\
    Sierra Leone,Burkina Faso,Hong Kong,United States,United Kingdom,United Arab Emirates,Tel Aviv,Sao Paulo,São Paulo,\
    Buenos Aires,Cape Town,Los Angeles,New York,San Francisco,Saint Petersburg,St Petersburg,Ho Chi Minh,New Delhi,\
    Eastern Europe,Western Europe,Southeast Asia";
/// Statements about places that need such data.
const CLAIMS: &[&str] = &["impossible travel", "overseas", "from abroad", "foreign country", "foreign countries"];

static SINGLES: LazyLock<HashSet<&str>> = LazyLock::new(|| SINGLE.split_whitespace().collect());

/// Whether a text is a country or city by name.
pub(crate) fn is_place(text: &str) -> bool {
    SINGLES.contains(text) || PAIRS.split(',').any(|pair| pair == text)
}

/// The words that facts back, some of which are places elsewhere.
pub(super) struct Places<'a> {
    regions: HashSet<&'a str>,
    /// A user may be called Paris.
    words_of_names: HashSet<String>,
}

impl<'a> Places<'a> {
    pub(super) fn new(facts: &'a FactSet) -> Self {
        let of_rows = || facts.rows.iter().flat_map(|row| &row.names);
        let regions = facts.names.iter().chain(of_rows()).filter(|name| name.kind == NameKind::Region);
        Self {
            regions: regions.map(|name| name.text.as_str()).collect(),
            words_of_names: of_rows().flat_map(|name| words(name.text.as_str())).collect(),
        }
    }

    /// A country or city in the prose of a block that the facts do not back.
    pub(super) fn invented(&self, block: &Block) -> Option<String> {
        let prose = block.prose();
        let found = single(&prose).or_else(|| pair(&prose)).or_else(|| claim(&prose))?;
        let lower = found.to_lowercase();
        let is_named = lower.split(' ').all(|word| self.words_of_names.contains(word));
        (!self.is_of_region(&lower, block) && !is_named).then_some(found)
    }

    fn is_of_region(&self, place: &str, block: &Block) -> bool {
        let first = place.split(' ').next().unwrap_or(place);
        REGION_PLACES.iter().any(|(region, places)| {
            self.regions.contains(region) && block.names(region) && places.split(' ').any(|word| word == first)
        })
    }
}

fn single(prose: &str) -> Option<String> {
    let mut all = prose.split(|c: char| !c.is_alphanumeric());
    all.find(|word| SINGLES.contains(word)).map(str::to_owned)
}

fn pair(prose: &str) -> Option<String> {
    PAIRS.split(',').find(|place| prose.contains(place)).map(str::to_owned)
}

fn claim(prose: &str) -> Option<String> {
    let prose = prose.to_lowercase();
    CLAIMS.iter().find(|claim| prose.contains(*claim)).map(|claim| (*claim).to_owned())
}
