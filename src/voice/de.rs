//! German: Sie or du by the brand.

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
    code: "de",
    spaced: true,
    common: "und|wir|das|ist|die|der|den|dass|sie|du|dich|dir|ihnen|ihre|ihr|dein|deine|es|uns|nicht|ein|eine|mit|bei|leid|tut|hier|jemand|jetzt|ohne|für|in|da|dieser|lang|von|auf|als|vor|so|sind|im",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "Wir hören <Sie/dich>|Gut, dass <Sie/du> das <schreiben/schreibst>|Danke, dass <Sie/du> das so <schreiben/schreibst>|Wir verstehen <Sie/dich>|Wir nehmen das ernst|Danke für die offenen Worte|Gut, dass <Sie sich melden/du dich meldest>|Wir sehen, worum es geht",
        ),
        (
            "own",
            "und das tut uns leid|und das tut uns wirklich leid|und es tut uns leid, dass <Sie das erleben/du das erlebst>|und wir bedauern das sehr|und das tut uns sehr leid|und gut, dass <Sie/du> es <sagen/sagst>|und darauf gehört eine Antwort von einem Menschen|und das sollte niemand allein klären müssen",
        ),
        (
            "fed",
            "das zerrt an den Nerven|das würde jeden mürbe machen|gut, dass <Sie/du> es so offen <schreiben/schreibst>|das ist viel verlangt|das kostet Kraft|da wünscht man sich eine Antwort|das ist schwer auszuhalten|das muss niemand still hinnehmen",
        ),
        ("so", "sehr|wirklich|ehrlich|aufrichtig"),
        (
            "bad",
            "zermürbend|anstrengend|ärgerlich|nervenaufreibend|kräftezehrend",
        ),
        (
            "who",
            "ein Mensch|jemand aus dem Team|jemand von uns|eine Person aus dem Team",
        ),
        (
            "does",
            "antwortet <Ihnen/dir> hier|meldet sich hier bei <Ihnen/dir>|schreibt <Ihnen/dir> hier zurück",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span}{?place}{?with}: $fed.",
                "{Span}{?place}{?with} zu warten ist $bad, $own.",
                "$hear: {Span}{?place}{?with} sind [eine sehr lange Zeit|viel zu lang|eine Zumutung].",
                "Es tut uns $so leid, dass <Sie/du>{?place}{?for}{?with} [warten|ausharren] <müssen/musst>.",
                "So{?place}{?for}{?with} [festzusitzen|warten zu müssen|nicht voranzukommen] ist $bad, $own.",
                "$hear: So{?place}{?for}{?with} [festzusitzen|warten zu müssen|nicht voranzukommen] ist $bad.",
                "Eine [Verspätung|Wartezeit] wie diese{?place}{?with} ist $bad, $own.",
                "+[Stillstand|Warten]{?place}{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} [ausgesperrt|ohne Zugang]{?with}: $fed.",
                "[Ausgesperrt zu sein|Nicht hineinzukommen|Keinen Zugang zu haben] ist [belastend|zermürbend|nervenaufreibend|ärgerlich], $own.",
                "$hear: [Ausgesperrt zu sein|Nicht hineinzukommen|Keinen Zugang zu haben] ist [belastend|zermürbend|nervenaufreibend|ärgerlich].",
                "Es tut uns $so leid, dass <Sie/du>{?with} [nicht <hineinkommen/hineinkommst>|ausgesperrt <sind/bist>|keinen Zugang <haben/hast>].",
                "+[Ausgesperrt|Ohne Zugang|Vor verschlossener Tür]{?with}: $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} auf eine Antwort zum eigenen Geld zu warten ist $bad, $own.",
                "Wenn es ums [eigene Geld|Geld] geht, [zählt jede Stunde|ist Warten schwer|braucht es eine klare Antwort], $own.",
                "$hear: Wenn es ums [eigene Geld|Geld] geht, [zählt jede Stunde|ist Warten schwer|braucht es eine klare Antwort von einem Menschen].",
                "Es tut uns $so leid, dass <Sie/du>{?with} [dem eigenen Geld|<Ihrem/deinem> Geld|einer Antwort] hinterherlaufen <müssen/musst>.",
                "Sich{?with} ums [eigene Geld|Geld] [sorgen|kümmern] zu müssen ist [belastend|zermürbend|kräftezehrend], $own.",
                "[Ärger|Sorgen] ums [eigene Geld|Geld]: $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span}{?with} auf {thing} zu warten ist $bad, $own.",
                "Auf {thing}{?with} [zu warten|warten zu müssen] ist $bad, $own.",
                "$hear: Auf {thing}{?with} [zu warten|warten zu müssen] ist $bad.",
                "Es tut uns $so leid, dass {thing}{?with} [noch nicht da ist|auf sich warten lässt|noch fehlt].",
                "{Thing} [fehlt noch|ist noch nicht da|lässt auf sich warten]: $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} [ohne Verbindung|Stillstand|Ausfall]{?with}: $fed.",
                "Ein Ausfall{?for}{?with} ist $bad, $own.",
                "$hear: {Thing} [ist ausgefallen|steht still|geht nicht], und das ist [belastend|anstrengend|ärgerlich|nervenaufreibend].",
                "Es tut uns $so leid, dass {thing} [ausgefallen ist|<Sie/dich> im Stich lässt|nicht läuft].",
                "{Thing}{?for} [ausgefallen|weg]: $fed.",
                "So ein [Ausfall|Stillstand]{?with} ist $bad, $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "So [sollte niemand behandelt werden|sollte niemand angesprochen werden|darf man sich nicht fühlen müssen], $own.",
                "$hear: So [sollte niemand behandelt werden|sollte mit niemandem geredet werden|möchte niemand behandelt werden].",
                "Es tut uns $so leid, [wie <Sie/du> das erlebt <haben/hast>|wie mit <Ihnen/dir> umgegangen wurde|wie mit <Ihnen/dir> geredet wurde].",
                "So behandelt zu werden [tut weh|bleibt hängen|ist verletzend], $own.",
                "Was <Sie schildern/du schilderst>, [klingt verletzend|klingt sehr unangenehm|liest sich bitter], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "<Ihre/Deine> Sicherheit [geht vor|kommt zuerst], und wir nehmen das [sehr |]ernst.",
                "[Das klingt beängstigend|Das klingt gefährlich|Hier geht es um Sicherheit], und [das geht vor|das kommt zuerst].",
                "Was <Sie schildern/du schilderst>, klingt [beängstigend|gefährlich|bedrohlich], und wir nehmen es [sehr |]ernst.",
                "Niemand sollte sich [unsicher fühlen|bedroht fühlen|in Gefahr wissen], und wir nehmen das [sehr |]ernst.",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "{Thing} fällt aus: $fed.",
                "Ein Ausfall{?place}{?with} [wirft alles durcheinander|bringt den ganzen Tag durcheinander|lässt alle Pläne platzen], $own.",
                "$hear: Ein Ausfall{?place}{?with} [wirft alles durcheinander|bringt den ganzen Tag durcheinander|lässt alle Pläne platzen].",
                "Es tut uns $so leid, dass {thing} [ausfällt|ausgefallen ist|gestrichen wurde].",
                "Plötzlich [ohne Plan|ohne Verbindung|mit leeren Händen] dazustehen{?place}{?with} ist $bad, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} [ohne die eigenen Sachen|ohne die eigenen Dinge]{?with}: $fed.",
                "[Die eigenen Sachen|Die eigenen Dinge|Eigenes] zu vermissen{?place} ist [bitter|belastend|nervenaufreibend], $own.",
                "$hear: [Die eigenen Sachen|Die eigenen Dinge|Eigenes] zu vermissen ist [bitter|belastend|nervenaufreibend].",
                "Es tut uns $so leid, dass {thing}{?place}{?with} [verschwunden ist|fehlt|nicht auffindbar ist].",
                "Nicht zu wissen, wo {thing} [ist|steckt|geblieben ist], ist [bitter|belastend|nervenaufreibend], $own.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Wenn Fremde ans [eigene Geld|eigene Konto] gehen, ist das [beängstigend|erschreckend|bedrohlich], und wir nehmen es ernst.",
                "$hear: Das klingt, als wäre jemand Fremdes an <Ihrem/deinem> Konto, und das ist [beängstigend|erschreckend|bedrohlich].",
                "Es tut uns $so leid, dass <Sie/du> das gerade <erleben/erlebst>; so etwas ist [beängstigend|erschreckend|bedrohlich].",
                "Dass jemand Fremdes an <Ihr/dein> Konto kommt, ist [beängstigend|erschreckend|bedrohlich], $own.",
                "Auf dem eigenen Konto etwas Fremdes zu sehen ist [beängstigend|erschreckend|bedrohlich], $own.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} [keine Antwort|nur Stille|keine Reaktion]: $fed.",
                "[Zu fragen und nichts zu hören|Keine Antwort zu bekommen|Ins Leere zu schreiben] ist [entmutigend|zermürbend|ärgerlich], $own.",
                "$hear: [Zu fragen und nichts zu hören|Keine Antwort zu bekommen|Ins Leere zu schreiben] ist [entmutigend|zermürbend|ärgerlich].",
                "Es tut uns $so leid, dass [sich niemand gemeldet hat|<Ihre/deine> Frage ohne Antwort geblieben ist|<Sie noch einmal fragen müssen/du noch einmal fragen musst>].",
                "[Keine Antwort|Nur Stille|Keine Reaktion]: $fed.",
            ],
        ),
        (
            Matter::Product,
            &[
                "{Span} [Ärger|Kummer] mit einem Gerät{?with}: $fed.",
                "{Thing} [macht Ärger|streikt|lässt <Sie/dich> im Stich], $own.",
                "$hear: {Thing} [tut nicht, was es soll|macht Ärger|streikt], und das ist [ärgerlich|zermürbend|anstrengend].",
                "Es tut uns $so leid, dass {thing} [Ärger macht|<Sie/dich> im Stich lässt|nicht funktioniert].",
                "{Thing} [streikt|macht nicht mit|macht Ärger]: $fed.",
                "Wenn etwas nicht [funktioniert|läuft], das funktionieren soll, ist das [ärgerlich|zermürbend|anstrengend], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "[Danke, dass <Sie/du> uns das <schreiben/schreibst>|Danke für <Ihre/deine> offenen Worte|Gut, dass <Sie sich melden/du dich meldest>]; [das tut uns leid|wir bedauern das sehr|es tut uns leid, dass <Sie das erleben/du das erlebst>].",
                "Es tut uns $so leid, dass [<Sie/du> damit zu tun <haben/hast>|<Sie/du> das schreiben <mussten/musstest>|<Sie das erleben/du das erlebst>].",
                "[Das klingt|Das liest sich] [belastend|schwer|anstrengend], $own.",
                "[Damit|Mit so etwas] sollte [niemand|man nicht] allein dastehen, $own.",
                "[Da|Jetzt] [hilft|zählt] [eine Antwort von einem Menschen|ein Mensch, der hinsieht], $own.",
            ],
        ),
    ],
    grave: &[
        "So {grave} dazustehen ist [beängstigend|eine große Sorge|bedrohlich], und [das geht vor|es kommt bei uns zuerst].",
        "[Das|So etwas] {grave} [durchzumachen|zu erleben] ist [beängstigend|eine große Sorge|bedrohlich], und wir nehmen es ernst.",
    ],
    next: Next {
        open: &[
            "!<Ihr/Dein> [Anliegen|Hinweis] liegt [jetzt|bereits|nun] als dringend [beim|bei unserem] Team, und $who $does.",
            "Wir haben [das|es|<Ihr/dein> Anliegen] an [unser Team|das Team] [weitergegeben|übergeben], und $who $does.",
            "[Ein Mensch|Jemand] aus [unserem|dem] Team [liest das gründlich|sieht sich das an|liest alles genau] und $does.",
            "[Ab hier|Von hier an|Jetzt] übernimmt [ein Mensch|jemand] aus [unserem|dem] Team und $does.",
            "!Das [ist|wurde] [als dringend markiert|nach vorn gestellt|vorgezogen], und $who $does.",
            "[Als Nächstes|Nun] [liest das|prüft das] [ein Mensch|jemand] aus [unserem|dem] Team und $does.",
        ],
        first: &[
            "<Ihre/Deine> Nachricht [geht vor|geht allen anderen vor|kommt zuerst]; [ein Mensch|jemand] [antwortet|schreibt] <Ihnen/dir> hier.",
            "[Das|<Ihre/Deine> Nachricht] steht [jetzt|bereits|nun] [ganz vorn|ganz oben|an erster Stelle] in unserer Warteschlange, und $who $does.",
            "Wir haben [das|es|<Ihre/deine> Nachricht] als Notfall an [unser Team|das Team] [gegeben|weitergeleitet|übergeben], und $who $does.",
            "[Ein Mensch|Jemand] aus [unserem|dem] Team [liest|prüft|bearbeitet] das [vor allem anderen|als Erstes|zuallererst] und $does.",
        ],
        soon: &[
            "[Ein Mensch|Jemand] aus [unserem|dem] Team [sollte|dürfte] <Ihnen/dir> hier [innerhalb von etwa|in ungefähr|in rund] {wait} [antworten|schreiben].",
            "<Ihr/Dein> [Anliegen|Hinweis] liegt [beim|bei unserem] Team, und [jemand von uns|ein Mensch|jemand] [sollte|dürfte] [innerhalb von etwa|in ungefähr|in rund] {wait} hier [antworten|schreiben].",
            "[<Geben Sie/Gib> uns|Wir bitten um] [etwa|ungefähr|rund] {wait}, dann [sollte|dürfte] [jemand von uns|ein Mensch|jemand aus dem Team] hier [antworten|schreiben].",
        ],
        later: &[
            "[Unser|Das] Team ist {back} wieder da, und [das|<Ihr/dein> Anliegen|<Ihre/deine> Nachricht] liegt dann [bereit|vor|auf dem Tisch].",
            "![Unser|Das] Team ist {back} wieder da, und [das|<Ihr/dein> Anliegen|<Ihre/deine> Nachricht] gehört zum Ersten, was [dort gelesen wird|es liest].",
            "[Gerade|Im Moment|Um diese Zeit|Derzeit] ist niemand [im Dienst|da]; [unser|das] Team ist {back} wieder da, und $who $does.",
            "{Back} ist [unser|das] Team wieder [da|im Dienst|zurück], und $who $does.",
        ],
    },
    brief: &["[Ein Mensch|Jemand] antwortet <Ihnen/dir> hier."],
    ease: &[
        "; wenn sich etwas ändert, <schreiben Sie/schreib> es einfach dazu.",
        "; noch einmal schreiben <müssen Sie/musst du> nicht.",
        "; was noch fehlt, <können Sie/kannst du> hier ergänzen.",
        "; alles Weitere hat hier Platz.",
    ],
    danger: "Wenn gerade jemand in Gefahr ist: {line}",
    alone: "Wenn gerade jemand in Gefahr ist: bitte den Notruf 112 wählen.",
    serious: &[
        "Das [ist ernst|ist sehr ernst], und [so behandeln wir es auch|wir behandeln es auch so].",
        "[Das|Was <Sie schildern/du schilderst>,] [duldet keinen Aufschub|darf nicht warten], und bei uns geht es [vor|allem anderen vor].",
        "[Nichts|Keine andere Nachricht] ist bei uns gerade [dringender als das|wichtiger als das].",
        "Wir nehmen das [sehr|überaus] ernst, und es kommt [zuerst|vor allem anderen].",
        "Was <Sie schildern/du schilderst>, ist [erschreckend|beängstigend|bedrohlich], und es geht bei uns [vor|allem anderen vor].",
        "[Gut, dass <Sie/du> <schreiben/schreibst>|Gut, dass <Sie sich melden/du dich meldest>|Danke, dass <Sie/du> Bescheid <geben/gibst>|Gut, dass <Sie/du> das <melden/meldest>|Danke für diese Nachricht|Danke, dass <Sie/du> das <melden/meldest>]; [das ist ernst|das ist sehr ernst|die Lage ist ernst], und es [geht vor|geht allem anderen vor|kommt zuerst].",
        "[Gut, dass <Sie/du> <schreiben/schreibst>|Gut, dass <Sie sich melden/du dich meldest>|Danke, dass <Sie/du> Bescheid <geben/gibst>|Gut, dass <Sie/du> das <melden/meldest>|Danke für diese Nachricht|Danke, dass <Sie/du> das <melden/meldest>]; [so etwas|das] [duldet keinen Aufschub|kann nicht warten], und wir behandeln es [als Notfall|als dringend].",
    ],
    worried: &[
        "Wir haben [das|<Ihre/deine> Worte] vor uns und [machen uns Sorgen um <Sie/dich>|sind in Sorge um <Sie/dich>].",
        "Was <Sie schreiben/du schreibst>, [macht uns Sorgen|lässt uns nicht kalt], und [<Sie sind/du bist> wichtig|es geht zuerst um <Sie/dich>].",
        "[Gut, dass <Sie/du> es gesagt <haben/hast>|Danke, dass <Sie/du> es gesagt <haben/hast>]; [wir machen uns Sorgen um <Sie/dich>|jetzt geht es um <Sie/dich>].",
        "[Alles andere kann warten|Der Rest kann warten]; [wir machen uns Sorgen um <Sie/dich>|jetzt geht es um <Sie/dich>].",
    ],
    care: "Wenn <Sie sich/du dir> etwas antun <könnten/könntest>: bitte den Notruf wählen oder bei jemand Vertrautem bleiben.",
    sign: "– {team}",
    times: Times {
        minutes: "{n} Minuten",
        hour: ("einer Stunde", "anderthalb Stunden"),
        hours: ("{n} Stunden", "{n},5 Stunden"),
        days: [
            "Montag",
            "Dienstag",
            "Mittwoch",
            "Donnerstag",
            "Freitag",
            "Samstag",
            "Sonntag",
        ],
        clock: "{h}:{mm}",
        back: "am {day} um {time} Uhr",
        near: ["heute um {time} Uhr", "morgen um {time} Uhr"],
        local: " (Ortszeit {city})",
        home: &["Europe/Berlin", "Europe/Vienna", "Europe/Zurich"],
        cities: &[
            ("Rome", "Rom"),
            ("Lisbon", "Lissabon"),
            ("Brussels", "Brüssel"),
            ("Warsaw", "Warschau"),
            ("Tokyo", "Tokio"),
        ],
    },
    forbidden: &[
        (
            Rule::Selling,
            "angebot*|rabatt*|gutschein*|upgrade*|aktion|sonderpreis|kaufen|günstig*|gratis|kostenlos|abonnieren|premium|bonus|exklusiv*",
        ),
        (
            Rule::Arguing,
            "aber|jedoch|allerdings|eigentlich|tatsächlich|richtlinie*|agb|laut vertrag|leider|vorschrift*|beruhigen sie sich|beruhige dich",
        ),
        (
            Rule::Blaming,
            "sie hätten|du hättest|ihr fehler|dein fehler|selbst schuld|ihre schuld|deine schuld|dritte|vergessen haben|sie müssen schon",
        ),
        (
            Rule::Promising,
            "versprech*|garantier*|gelöst|behoben|erstatten|zurückerstatt*|entschädig*|heute|morgen|sofort|umgehend|unverzüglich|schnellstmöglich|baldmöglichst|so schnell wie möglich|kommt nie wieder vor|bestimmt|auf jeden fall",
        ),
        (
            Rule::Admitting,
            "unsere schuld|unser fehler|wir haften|haftung|haftbar|fahrlässig*|wir geben zu|rechtlich*|schadensersatz",
        ),
        (
            Rule::Filler,
            "unannehmlichkeit*|ihr feedback|dein feedback|ihre meinung|wertvoll*|geschätzt*|vielen dank für ihre nachricht|danke für deine nachricht|danke für ihre nachricht|wir bitten um geduld|ihre geduld|deine geduld|um verständnis|für ihr verständnis|entschuldigen",
        ),
        (
            Rule::PrivateData,
            "kundennummer|bestellnummer|auftragsnummer|buchungsnummer|vorgangsnummer|telefonnummer|handynummer|kartennummer|kontonummer|iban|ihre adresse|deine adresse|e-mail-adresse|geburtsdatum|passwort|postleitzahl|per pn|per dm|ihre daten|deine daten",
        ),
        (
            Rule::Instructing,
            "klick*|folgen sie uns|folge uns|teilen sie|retweet*|wiederhole*|ignoriere*|besuchen sie|tippen",
        ),
        (
            Rule::Slur,
            "idiot*|dumm|dumme|arsch*|scheiß*|hure*|fotze*|wichser*|nazi*|missgeburt*|schlampe*|spast*",
        ),
    ],
    cues: Cues {
        place_after: "am Bahnhof|am Hauptbahnhof|am Flughafen|an der Haltestelle",
        place_loose: (
            "kurz vor|vor|in|bei|hinter|nahe",
            "…burg|…furt|…hausen|…stedt|…ingen|…heim|…dorf|…bach|…brück|…brücken|…walde|…münde|…hafen|…haven|…kirchen|…weiler|berlin|köln|münchen|bremen|dresden|leipzig|hannover|stuttgart|bonn|essen|dortmund|münster|aachen|kiel|lübeck|rostock|mainz|kassel|halle|jena|ulm|trier|koblenz|fulda|göttingen|bielefeld|wien|graz|linz|salzburg|zürich|basel|bern|genf|luzern|nürnberg|wuppertal|karlsruhe|potsdam|cottbus|chemnitz|zwickau|gera|siegen|hamm|soest|celle|uelzen|stendal|altona|spandau|magdeburg",
        ),
        place_between: ("", ""),
        place_words: 1,
        no_place: "innenstadt|vorstadt|altstadt|zuhausen|hausen|geheim|daheim|kinderheim|altenheim|wohnheim|heim|bach|burg|dorf",
        numbers: &[
            "ein|eine|einen|einer",
            "zwei",
            "drei",
            "vier",
            "fünf",
            "sechs",
            "sieben",
            "acht",
            "neun",
            "zehn",
            "elf",
            "zwölf",
        ],
        units: &[
            Unit {
                read: "minute|minuten|min",
                one: "",
                two: "",
                many: "Minuten",
                max: 300,
            },
            Unit {
                read: "stunde|stunden|std|h",
                one: "",
                two: "",
                many: "Stunden",
                max: 96,
            },
            Unit {
                read: "tag|tage|tagen",
                one: "",
                two: "",
                many: "Tage",
                max: 60,
            },
            Unit {
                read: "woche|wochen",
                one: "",
                two: "",
                many: "Wochen",
                max: 30,
            },
            Unit {
                read: "monat|monate|monaten",
                one: "",
                two: "",
                many: "Monate",
                max: 24,
            },
        ],
        lasting: "{span} lang",
        span_after: "seit|schon|über|mehr|bereits|warte|warten|nach|fast|stehen|stehe|sitze|sitzen|geschlagene|ganze|inzwischen|mittlerweile|dauert",
        span_before: "verspätung|lang|warten|gewartet|warte|zu|später|ohne|warteschleife|rum|fest",
        no_span_after: "vor|in|pro|alle",
        no_span: "alt|gebucht|urlaub|kunde|kundin|mitglied|miete|gemietet|innerhalb|nächsten|nächste|bis|frist|garantie|gratis|früher|pro|jede|alle|reise|bezahlt",
        details: &[
            Detail {
                of: &[],
                read: "insulin|medikament*|medizin|sauerstoff|atemgerät|dialyse|operation|krankenhaus|chemo*",
                say: "in dieser gesundheitlichen Lage",
            },
            Detail {
                of: &[],
                read: "hochzeit|beerdigung|prüfung|vorstellungsgespräch|miete|frist|arbeitsplatz|visum",
                say: "unter solchem Druck",
            },
            Detail {
                of: &[],
                read: "keine info*|keine durchsage*|niemand sagt|keiner sagt|niemand informiert|keiner informiert|keine ansage*|keine erklärung*|niemand weiß|keiner weiß|ohne info*|kein wort|null info*",
                say: "ohne jede Information",
            },
            Detail {
                of: TRAVEL,
                read: "kein wasser|ohne wasser|nichts zu trinken",
                say: "ohne Wasser",
            },
            Detail {
                of: TRAVEL,
                read: "kein essen|nichts zu essen|ohne essen",
                say: "ohne Essen",
            },
            Detail {
                of: TRAVEL,
                read: "kind|kinder|kindern|baby|kleinkind*|säugling*",
                say: "mit Kindern",
            },
            Detail {
                of: TRAVEL,
                read: "keine toilette*|toilette defekt|toiletten defekt|klo",
                say: "ohne Toilette",
            },
            Detail {
                of: TRAVEL,
                read: "klimaanlage*|hitze|stickig|brütend*",
                say: "bei dieser Hitze",
            },
            Detail {
                of: TRAVEL,
                read: "eiskalt|keine heizung|frieren|kälte|ohne heizung",
                say: "in der Kälte",
            },
        ],
        and: " und ",
        things: &[
            Thing {
                of: &[Matter::Cancelled],
                read: "flug|flüge",
                say: "<Ihr/dein> Flug",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "zug|züge|ice|re|s-bahn",
                say: "<Ihr/dein> Zug",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "bus",
                say: "<Ihr/dein> Bus",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "termin",
                say: "<Ihr/dein> Termin",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "bestellung",
                say: "<Ihre/deine> Bestellung",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "",
                say: "<Ihre/deine> Buchung",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "bestellung",
                say: "<Ihre/deine> Bestellung",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "lieferung",
                say: "<Ihre/deine> Lieferung",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "sendung|sendungs*",
                say: "<Ihre/deine> Sendung",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "",
                say: "<Ihr/dein> Paket",
            },
            Thing {
                of: &[Matter::Outage, Matter::Product],
                read: "app",
                say: "die App",
            },
            Thing {
                of: &[Matter::Outage],
                read: "webseite|website|seite",
                say: "die Website",
            },
            Thing {
                of: &[Matter::Outage, Matter::Product],
                read: "internet|wlan|dsl|glasfaser",
                say: "<Ihr/dein> Internet",
            },
            Thing {
                of: &[Matter::Outage],
                read: "strom|stromausfall",
                say: "<Ihr/dein> Strom",
            },
            Thing {
                of: &[Matter::Outage],
                read: "netz|empfang|mobilfunk",
                say: "<Ihr/dein> Netz",
            },
            Thing {
                of: &[Matter::Outage],
                read: "heizung|warmwasser",
                say: "<Ihre/deine> Heizung",
            },
            Thing {
                of: &[Matter::Outage],
                read: "",
                say: "<Ihr/dein> Anschluss",
            },
            Thing {
                of: &[Matter::Product],
                read: "router|fritzbox",
                say: "<Ihr/dein> Router",
            },
            Thing {
                of: &[Matter::Product],
                read: "laptop|computer|rechner",
                say: "<Ihr/dein> Laptop",
            },
            Thing {
                of: &[Matter::Product, Matter::Lost],
                read: "handy|smartphone",
                say: "<Ihr/dein> Handy",
            },
            Thing {
                of: &[Matter::Product],
                read: "waschmaschine",
                say: "<Ihre/deine> Waschmaschine",
            },
            Thing {
                of: &[Matter::Product],
                read: "kühlschrank",
                say: "<Ihr/dein> Kühlschrank",
            },
            Thing {
                of: &[Matter::Product],
                read: "fernseher|tv",
                say: "<Ihr/dein> Fernseher",
            },
            Thing {
                of: &[Matter::Product],
                read: "",
                say: "das Produkt",
            },
            Thing {
                of: &[Matter::Lost],
                read: "koffer",
                say: "<Ihr/dein> Koffer",
            },
            Thing {
                of: &[Matter::Lost],
                read: "gepäck",
                say: "<Ihr/dein> Gepäck",
            },
            Thing {
                of: &[Matter::Lost],
                read: "tasche|rucksack",
                say: "<Ihre/deine> Tasche",
            },
            Thing {
                of: &[Matter::Lost],
                read: "geldbeutel|portemonnaie|brieftasche|geldbörse",
                say: "<Ihre/deine> Geldbörse",
            },
            Thing {
                of: &[Matter::Lost],
                read: "",
                say: "<Ihr/dein> Eigentum",
            },
        ],
    },
};
