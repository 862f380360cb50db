//! Dutch: u or je by the brand.

use super::cues::{Cues, Detail, Thing, Unit};
use super::rule::Rule;
use crate::judgement::Matter;
use crate::voice::tongue::{Next, Times, Tongue};

const TRAVEL: &[Matter] = &[
    Matter::Delay,
    Matter::Cancelled,
    Matter::Outage,
    Matter::Safety,
];

/// The voice.
pub static TONGUE: Tongue = Tongue {
    code: "nl",
    spaced: true,
    common: "en|we|wij|het|de|een|is|dat|van|met|voor|zonder|u|je|jij|uw|jouw|spijt|ons|niet|hier|iemand|dit|te|zo|bij|om|die|ligt|nu",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "We horen <u/je>|Goed dat <u/je> dit laat weten|Dank dat <u/je> dit schrijft|We nemen dit serieus|Goed dat <u/je> het zegt|We zien waar het om gaat|Goed dat <u/je> ons schrijft|We begrijpen <u/je>",
        ),
        (
            "own",
            "en dat spijt ons|en dat spijt ons echt|en het spijt ons dat <u/je> dit meemaakt|en dat spijt ons zeer|en goed dat <u/je> het laat weten|en daar hoort een antwoord van een mens bij|en dat hoort niemand alleen uit te zoeken|en we vinden het heel vervelend voor <u/je>",
        ),
        (
            "fed",
            "daar zou iedereen genoeg van hebben|dat vreet energie|goed dat <u/je> het zegt|dat is te veel|dat is zwaar|dat hoort niemand alleen uit te zoeken|dan <wilt u/wil je> antwoord|dat is veel gevraagd",
        ),
        ("so", "echt|zeer|oprecht|heel erg"),
        ("bad", "slopend|vermoeiend|ellendig|zenuwslopend|zwaar"),
        (
            "who",
            "een medewerker|iemand van ons|iemand uit het team|een collega",
        ),
        (
            "does",
            "antwoordt <u/je> hier|schrijft <u/je> hier terug|reageert hier",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span}{?place}{?with}: $fed.",
                "{Span} wachten{?place}{?with} is $bad, $own.",
                "$hear: {span}{?place}{?with} is [heel lang|veel te lang|een hele tijd] om te wachten.",
                "Het spijt ons $so dat <u/je>{?place}{?for}{?with} [moet wachten|vaststaat|niet verder komt].",
                "Zo{?place}{?for}{?with} [vaststaan|moeten wachten|stilstaan] is $bad, $own.",
                "$hear: zo{?place}{?for}{?with} [vaststaan|moeten wachten|stilstaan] is $bad.",
                "Een vertraging als deze{?place}{?with} is $bad, $own.",
                "+[Wachten|Stilstaan]{?place}{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} [buitengesloten|zonder toegang]{?with}: $fed.",
                "[Buitengesloten zijn|Er niet in kunnen|Geen toegang hebben]{?with} is [stressvol|slopend|zenuwslopend|heel vervelend], $own.",
                "$hear: [buitengesloten zijn|er niet in kunnen|geen toegang hebben] is [stressvol|slopend|zenuwslopend|heel vervelend].",
                "Het spijt ons $so dat <u/je>{?with} [er niet in kunt|buitengesloten bent|geen toegang hebt].",
                "+[Buitengesloten|Zonder toegang|Voor een dichte deur]{?with}: $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} achter <uw/je> eigen geld aan: $fed.",
                "[Zorgen om|Gedoe met|Inzitten over] <uw/je> eigen geld{?for}{?with} is [stressvol|slopend|vermoeiend], $own.",
                "$hear: als het om <uw/je> eigen geld gaat, [telt elk uur|duurt wachten lang|is een helder antwoord nodig].",
                "$hear: [zorgen om|gedoe met] <uw/je> eigen geld{?for}{?with} is [stressvol|slopend|vermoeiend].",
                "Het spijt ons $so dat er gedoe is met {thing}{?with}.",
                "Gedoe met {thing}{?with}: $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span} wachten op {thing}: $fed.",
                "$hear: wachten op {thing}{?for}{?with} is [slopend|vermoeiend|heel vervelend].",
                "Het spijt ons $so dat {thing}{?with} [er nog niet is|nog niet is gekomen|op zich laat wachten].",
                "{Thing} [is er nog niet|is nog niet gekomen|laat op zich wachten]: $fed.",
                "[Blijven wachten|Zo lang wachten|Moeten wachten] op {thing}{?with} is [slopend|vermoeiend|heel vervelend], $own.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} [storing|uitval]{?with}: $fed.",
                "Een storing als deze{?for}{?with} is [slopend|vermoeiend|heel lastig|heel vervelend], $own.",
                "$hear: {thing} [ligt eruit|doet het niet|is weggevallen], en dat is [slopend|vermoeiend|heel lastig].",
                "Het spijt ons $so dat {thing} [eruit ligt|het niet doet|is weggevallen].",
                "{Thing}{?for} [weg|plat]: $fed.",
                "Zo'n [storing|uitval]{?with} is [slopend|vermoeiend|heel lastig|heel vervelend], $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Niemand zou zo [behandeld|aangesproken|te woord gestaan] moeten worden, $own.",
                "$hear: niemand zou zo [behandeld|aangesproken|te woord gestaan] moeten worden.",
                "Het spijt ons $so [hoe <u/je> bent behandeld|hoe er tegen <u/je> is gesproken|dat het zo is gegaan].",
                "Zo [behandeld|aangesproken] worden [doet pijn|blijft hangen|is kwetsend], $own.",
                "Wat <u vertelt/je vertelt> klinkt [kwetsend|heel naar|heel onprettig], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "<Uw/Jouw> veiligheid gaat [voor alles|voor], en we nemen dit [zeer |]serieus.",
                "[Dit klinkt gevaarlijk|Dit klinkt beangstigend|Dit gaat over veiligheid], en [dat gaat voor|dat gaat voor alles].",
                "Wat <u vertelt/je vertelt> klinkt [beangstigend|gevaarlijk|alarmerend], en we nemen het [zeer |]serieus.",
                "Niemand zou [zich onveilig moeten voelen|bang hoeven zijn|in gevaar moeten zijn], en we nemen dit [zeer |]serieus.",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "{Thing} [geannuleerd|geschrapt]{?place}: $fed.",
                "Een annulering{?place}{?with} [gooit alles om|zet de dag op zijn kop|haalt alle plannen onderuit], $own.",
                "$hear: een annulering{?place}{?with} [gooit alles om|zet de dag op zijn kop|haalt alle plannen onderuit].",
                "Het spijt ons $so dat {thing} [is geannuleerd|niet doorgaat|is geschrapt].",
                "Ineens [zonder plan staan|niet verder kunnen|alles om moeten gooien]{?place}{?with} is $bad, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} zonder {thing}{?with}: $fed.",
                "{Thing} [kwijt zijn|moeten missen|niet kunnen vinden]{?place}{?with} is [heel naar|stressvol|verdrietig], $own.",
                "$hear: {thing} [kwijt zijn|moeten missen|niet kunnen vinden]{?place} is [heel naar|stressvol|verdrietig].",
                "Het spijt ons $so dat {thing}{?with} [weg is|zoek is|kwijt is]{?place}.",
                "Niet weten waar {thing} [is|ligt|is gebleven]{?with}: $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Dat iemand anders aan <uw/je> [geld|rekening] zit, is [beangstigend|alarmerend|heel naar], en we nemen dit serieus.",
                "$hear: het klinkt alsof iemand anders in <uw/je> account zit, en dat is [beangstigend|alarmerend|heel naar].",
                "Het spijt ons $so dat <u/je> dit [overkomt|meemaakt]; zoiets is [beangstigend|alarmerend|heel naar].",
                "Afschrijvingen zien die <u/je> niet kent is [beangstigend|alarmerend|heel naar], $own.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} [geen antwoord|stilte|geen reactie]: $fed.",
                "[Vragen en niets horen|Schrijven en niets terugkrijgen|Geen antwoord krijgen] is [ontmoedigend|slopend|vermoeiend], $own.",
                "$hear: [vragen en niets horen|schrijven en niets terugkrijgen|geen antwoord krijgen] is [ontmoedigend|slopend|vermoeiend].",
                "Het spijt ons $so dat [niemand heeft gereageerd|<uw/je> vraag is blijven liggen|<u/je> het nog eens moest vragen].",
                "[Geen antwoord|Stilte|Geen reactie]: $fed.",
            ],
        ),
        (
            Matter::Product,
            &[
                "{Span} [gedoe|problemen] met {thing}: $fed.",
                "Als {thing} het [niet doet|laat afweten]{?with}, is dat [slopend|vermoeiend|heel vervelend], $own.",
                "$hear: {thing} doet niet wat het moet doen, en dat is [slopend|vermoeiend|heel vervelend].",
                "Het spijt ons $so dat {thing} [het niet doet|het laat afweten|niet goed werkt].",
                "Gedoe met {thing}{?for}{?with} is [slopend|vermoeiend|heel vervelend], $own.",
                "$hear: gedoe met {thing}{?for} is [slopend|vermoeiend|heel vervelend].",
            ],
        ),
        (
            Matter::Other,
            &[
                "[Dank dat <u/je> dit laat weten|Goed dat <u/je> dit schrijft|Goed dat <u/je> ons schrijft]; [dat spijt ons|dat spijt ons echt|het spijt ons dat <u/je> dit meemaakt].",
                "Het spijt ons $so dat [<u/je> hiermee zit|<u/je> dit moest schrijven|<u/je> dit meemaakt].",
                "[Dat klinkt|Dit klinkt] [zwaar|moeilijk|stressvol], $own.",
                "[Met zoiets|Met dit soort dingen] hoort niemand alleen te [zitten|blijven zitten], $own.",
                "[Hier|Nu] [helpt|telt] [een antwoord van een mens|een mens die meekijkt], $own.",
            ],
        ),
    ],
    grave: &[
        "Zo iets [meemaken|doorstaan] {grave} is [beangstigend|heel zorgelijk], en [het gaat voor|het komt als eerste].",
        "Dit [meemaken|doorstaan|erbij krijgen] {grave} is [beangstigend|heel zorgelijk|heel naar], en we nemen het serieus.",
    ],
    next: Next {
        open: &[
            "!<Uw/Je> bericht ligt [nu|al|inmiddels] bij [ons|het] team, als dringend gemarkeerd, en $who $does.",
            "We hebben [dit|het|<uw/je> bericht] aan [ons team|de juiste mensen|het team] [gegeven|doorgegeven], en $who $does.",
            "[Een collega|Iemand] uit [ons|het] team [leest dit goed|bekijkt dit goed|leest alles] en $does.",
            "[Vanaf hier|Nu|Hierna] neemt [een mens|iemand] uit [ons|het] team het over en $does.",
            "!Dit [staat bij de dringende berichten|is als dringend aangemerkt|is naar voren gehaald], en $who $does.",
            "[Een collega|Iemand] uit [ons|het] team [neemt het over|pakt dit op|gaat hiermee verder] en $does.",
        ],
        first: &[
            "Dit pakken we [als eerste|vóór al het andere] op; [iemand|een collega|een mens] [antwoordt|schrijft] <u/je> hier.",
            "Dit staat [nu|inmiddels|al] [helemaal vooraan|bovenaan|op de eerste plaats] in onze wachtrij, en $who $does.",
            "We hebben [dit|het|<uw/je> bericht] als noodgeval aan [ons|het] team [gegeven|doorgegeven], en $who $does.",
            "[Een collega|Iemand] uit [ons|het] team gaat dit [vóór al het andere|als eerste] [lezen|bekijken] en $does.",
        ],
        soon: &[
            "[Een collega|Iemand] uit [ons|het] team zou <u/je> hier binnen ongeveer {wait} moeten kunnen [antwoorden|schrijven|reageren].",
            "<Uw/Je> bericht ligt [nu|al|inmiddels] bij [ons|het] team; reken op ongeveer {wait} tot $who hier kan [antwoorden|schrijven|reageren].",
            "[Reken op|Het duurt nog] ongeveer {wait} tot $who hier kan [antwoorden|schrijven|reageren].",
            "We hebben [dit|het|<uw/je> bericht] aan [ons|het] team [gegeven|doorgegeven]; binnen ongeveer {wait} zou $who hier moeten kunnen [antwoorden|schrijven].",
        ],
        later: &[
            "[Ons|Het] team is {back} terug, en [dit|<uw/je> bericht] ligt dan [klaar|op tafel|voor hen klaar].",
            "![Ons|Het] team is {back} terug, en [dit|<uw/je> bericht] is dan een van de eerste die ze [lezen|openen].",
            "[Op dit moment|Op dit uur|Nu] is er niemand aanwezig; [ons|het] team is {back} terug, en $who $does.",
            "[Ons|Het] team is {back} weer [aanwezig|terug|aan het werk], en $who $does.",
            "{Back} is [ons|het] team weer [aanwezig|terug|aan het werk], en $who $does.",
            "[Dit|<Uw/Je> bericht] ligt klaar voor [ons|het] team, dat {back} [terug|weer aanwezig] is; $who $does.",
        ],
    },
    brief: &["[Iemand|Een collega] antwoordt <u/je> hier."],
    ease: &[
        "; verandert er iets, zet het er hier dan bij.",
        "; opnieuw schrijven hoeft niet.",
        "; wat er nog bij hoort, kan hier.",
    ],
    danger: "Als er nu iemand in gevaar is: {line}",
    alone: "Als er nu iemand in gevaar is: bel 112.",
    serious: &[
        "Dit is [ernstig|heel ernstig], en [zo behandelen we het ook|we behandelen het ook zo].",
        "[Dit|Wat <u vertelt/je vertelt>] kan niet wachten, en het gaat [voor|voor al het andere].",
        "Niets is op dit moment [dringender|belangrijker] voor ons dan dit.",
        "We nemen dit [heel|uiterst] serieus, en het komt [als eerste|vóór al het andere].",
        "Wat <u vertelt/je vertelt> is [beangstigend|alarmerend], en het gaat [voor|voor al het andere].",
        "[Goed dat <u/je> schrijft|Goed dat <u/je> dit meldt|Dank dat <u/je> dit meldt|Goed dat <u/je> dit laat weten|Dank dat <u/je> dit laat weten|Goed dat <u/je> aan de bel trekt]; [dit is ernstig|dit is heel ernstig|de situatie is ernstig], en het [gaat voor|gaat voor al het andere|komt als eerste].",
        "[Goed dat <u/je> schrijft|Goed dat <u/je> dit meldt|Dank dat <u/je> dit meldt|Goed dat <u/je> dit laat weten|Dank dat <u/je> dit laat weten|Goed dat <u/je> aan de bel trekt]; [zoiets|dit] [kan niet wachten|mag niet wachten], en we behandelen het [als noodgeval|met voorrang].",
    ],
    worried: &[
        "We hebben <uw/je> woorden voor ons en we [maken ons zorgen|zijn bezorgd] om <u/jou>.",
        "Wat <u schrijft/je schrijft> [maakt ons bezorgd|raakt ons], en [<u doet ertoe/jij doet ertoe>|het gaat eerst om <u/jou>].",
        "[Goed dat <u/je> het zegt|Fijn dat <u/je> het zegt]; [we maken ons zorgen om <u/jou>|het gaat nu eerst om <u/jou>].",
        "[Al het andere kan wachten|De rest kan wachten]; [we maken ons zorgen om <u/jou>|het gaat nu eerst om <u/jou>].",
    ],
    care: "Als <u eraan denkt uzelf/je eraan denkt jezelf> iets aan te doen: bel het alarmnummer of blijf bij iemand die <u/je> vertrouwt.",
    sign: "– {team}",
    times: Times {
        minutes: "{n} minuten",
        hour: ("een uur", "anderhalf uur"),
        hours: ("{n} uur", "{n},5 uur"),
        days: [
            "maandag",
            "dinsdag",
            "woensdag",
            "donderdag",
            "vrijdag",
            "zaterdag",
            "zondag",
        ],
        clock: "{h}.{mm}",
        back: "{day} om {time} uur",
        near: ["vandaag om {time} uur", "morgen om {time} uur"],
        local: " (tijd in {city})",
        home: &["Europe/Amsterdam", "Europe/Brussels"],
        cities: &[
            ("London", "Londen"),
            ("Paris", "Parijs"),
            ("Berlin", "Berlijn"),
            ("Lisbon", "Lissabon"),
            ("Vienna", "Wenen"),
            ("Tokyo", "Tokio"),
        ],
    },
    forbidden: &[
        (
            Rule::Selling,
            "aanbieding*|korting*|actie|kopen|koop|gratis|abonneer*|premium|bonus|exclusief|exclusieve|voordeel*|waardebon*|upgrade*",
        ),
        (
            Rule::Arguing,
            "maar|echter|eigenlijk|in feite|beleid|voorwaarden|helaas|technisch|volgens onze|rustig aan|kalmeer",
        ),
        (
            Rule::Blaming,
            "had u moeten|had je moeten|uw schuld|jouw schuld|uw fout|jouw fout|u bent vergeten|je bent vergeten|derden",
        ),
        (
            Rule::Promising,
            "belo*|garande*|opgelost|lossen dit op|terugbetal*|vergoed*|schadeloos*|vandaag|morgen|onmiddellijk|meteen|direct|zo snel mogelijk|zo spoedig mogelijk|nooit meer|zeker weten",
        ),
        (
            Rule::Admitting,
            "onze schuld|onze fout|aansprakelijk*|nalatig*|we geven toe|juridisch*",
        ),
        (
            Rule::Filler,
            "ongemak|overlast|uw mening|jouw mening|uw feedback|jouw feedback|gewaardeerde|beste klant|bedankt voor uw|bedankt voor je|dank voor uw|uw geduld|je geduld|uw begrip|je begrip|aarzel niet|excuses",
        ),
        (
            Rule::PrivateData,
            "bestelnummer|klantnummer|ordernummer|boekingsnummer|reserveringsnummer|telefoonnummer|kaartnummer|rekeningnummer|uw adres|je adres|e-mailadres|geboortedatum|wachtwoord|postcode|via dm|per dm|privébericht|uw gegevens|je gegevens|iban|bsn",
        ),
        (
            Rule::Instructing,
            "klik*|volg ons|deel dit|retweet*|herhaal*|negeer|bezoek",
        ),
        (
            Rule::Slur,
            "idioot|idioten|dom|domme|kut|hoer*|klootzak*|lul|kanker*|mongool|trut|sukkel*|debiel*",
        ),
    ],
    cues: Cues {
        place_after: "op station|bij station|station|op luchthaven|vlak voor|vlakbij|buiten|bij|in|voor",
        place_loose: ("", ""),
        place_between: ("", ""),
        place_words: 2,
        no_place: "kerst|pasen|god|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|nederlands|engels|jan|piet|klaas|peter|mark|tom|kees|henk|anna|maria|lisa|sanne|emma|eva|sophie|daan|tim|jeroen|marieke|mohammed|fatima|mevrouw|meneer|twitter|facebook|instagram|de|het|een|ik|we|wij|ze|zij|u|je|jij|godsnaam|totaal|albert|bol|coolblue",
        numbers: &[
            "één|een",
            "twee",
            "drie",
            "vier",
            "vijf",
            "zes",
            "zeven",
            "acht",
            "negen",
            "tien",
            "elf",
            "twaalf",
        ],
        units: &[
            Unit {
                read: "minuut|minuten|min",
                one: "",
                two: "",
                many: "minuten",
                max: 300,
            },
            Unit {
                read: "uur|uren|u",
                one: "een uur",
                two: "",
                many: "uur",
                max: 96,
            },
            Unit {
                read: "dag|dagen",
                one: "",
                two: "",
                many: "dagen",
                max: 60,
            },
            Unit {
                read: "week|weken",
                one: "een week",
                two: "",
                many: "weken",
                max: 30,
            },
            Unit {
                read: "maand|maanden",
                one: "",
                two: "",
                many: "maanden",
                max: 24,
            },
        ],
        lasting: "{span} lang",
        span_after: "al|sinds|na|ruim|bijna|meer|wacht|wachten|staan|sta|zit|zitten|duurt|inmiddels",
        span_before: "vertraging|lang|wachten|gewacht|te|later|zonder|vast|in",
        no_span_after: "over|binnen|elke",
        no_span: "geleden|oud|geboekt|vakantie|klant|lid|huur|gehuurd|binnen|volgende|komende|tot|garantie|gratis|per|elke|reis|betaald|werkdagen",
        details: &[
            Detail {
                of: &[],
                read: "insuline|medicijn*|medicatie|zuurstof|dialyse|operatie|ziekenhuis|chemo*",
                say: "met iemands gezondheid op het spel",
            },
            Detail {
                of: &[],
                read: "bruiloft|begrafenis|examen|sollicitatie*|huur|hypotheek|deadline|visum",
                say: "met zoveel op het spel",
            },
            Detail {
                of: &[],
                read: "geen informatie|geen info|niemand zegt|niemand vertelt|niemand weet|geen uitleg|geen bericht|zonder informatie|geen omroep*|geen enkel bericht",
                say: "zonder enige informatie",
            },
            Detail {
                of: TRAVEL,
                read: "geen water|zonder water|niets te drinken",
                say: "zonder water",
            },
            Detail {
                of: TRAVEL,
                read: "geen eten|zonder eten|niets te eten",
                say: "zonder eten",
            },
            Detail {
                of: TRAVEL,
                read: "kind|kinderen|baby|baby's|peuter*|mijn zoon|mijn dochter",
                say: "met kinderen",
            },
            Detail {
                of: TRAVEL,
                read: "geen wc|geen toilet|toilet kapot|wc kapot",
                say: "zonder wc",
            },
            Detail {
                of: TRAVEL,
                read: "hitte|airco|bloedheet|snikheet",
                say: "in deze hitte",
            },
            Detail {
                of: TRAVEL,
                read: "ijskoud|geen verwarming|kou",
                say: "in de kou",
            },
        ],
        and: " en ",
        things: &[
            Thing {
                of: &[Matter::Cancelled],
                read: "vlucht",
                say: "<uw/je> vlucht",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "trein|treinen|intercity|sprinter",
                say: "<uw/je> trein",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "bus",
                say: "<uw/je> bus",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "afspraak",
                say: "<uw/je> afspraak",
            },
            Thing {
                of: &[Matter::Cancelled, Matter::Parcel],
                read: "bestelling",
                say: "<uw/je> bestelling",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "",
                say: "<uw/je> plan",
            },
            Thing {
                of: &[Matter::Money],
                read: "factuur",
                say: "<uw/je> factuur",
            },
            Thing {
                of: &[Matter::Money],
                read: "borg",
                say: "<uw/je> borg",
            },
            Thing {
                of: &[Matter::Money],
                read: "afgeschreven|afschrijving",
                say: "die afschrijving",
            },
            Thing {
                of: &[Matter::Money],
                read: "",
                say: "<uw/je> geld",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "zending",
                say: "<uw/je> zending",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "",
                say: "<uw/je> pakket",
            },
            Thing {
                of: &[Matter::Outage],
                read: "app",
                say: "de app",
            },
            Thing {
                of: &[Matter::Outage],
                read: "site|website",
                say: "de site",
            },
            Thing {
                of: &[Matter::Outage],
                read: "internet|wifi|glasvezel",
                say: "<uw/je> internet",
            },
            Thing {
                of: &[Matter::Outage],
                read: "verwarming|warm water",
                say: "<uw/je> verwarming",
            },
            Thing {
                of: &[Matter::Outage],
                read: "stroom|stroomuitval",
                say: "<uw/je> stroom",
            },
            Thing {
                of: &[Matter::Outage],
                read: "bereik|signaal|netwerk",
                say: "<uw/je> bereik",
            },
            Thing {
                of: &[Matter::Outage],
                read: "",
                say: "<uw/je> verbinding",
            },
            Thing {
                of: &[Matter::Product],
                read: "router|modem",
                say: "<uw/je> router",
            },
            Thing {
                of: &[Matter::Product],
                read: "laptop|computer",
                say: "<uw/je> laptop",
            },
            Thing {
                of: &[Matter::Product, Matter::Lost],
                read: "telefoon|mobiel",
                say: "<uw/je> telefoon",
            },
            Thing {
                of: &[Matter::Product],
                read: "wasmachine",
                say: "<uw/je> wasmachine",
            },
            Thing {
                of: &[Matter::Product],
                read: "koelkast",
                say: "<uw/je> koelkast",
            },
            Thing {
                of: &[Matter::Product],
                read: "",
                say: "<uw/je> aankoop",
            },
            Thing {
                of: &[Matter::Lost],
                read: "koffer|koffers",
                say: "<uw/je> koffer",
            },
            Thing {
                of: &[Matter::Lost],
                read: "bagage",
                say: "<uw/je> bagage",
            },
            Thing {
                of: &[Matter::Lost],
                read: "tas|rugzak",
                say: "<uw/je> tas",
            },
            Thing {
                of: &[Matter::Lost],
                read: "portemonnee",
                say: "<uw/je> portemonnee",
            },
            Thing {
                of: &[Matter::Lost],
                read: "",
                say: "<uw/je> eigendom",
            },
        ],
    },
};
