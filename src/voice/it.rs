//! Italian: Lei or tu by the brand.

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
    code: "it",
    spaced: true,
    common: "e|che|il|lo|la|gli|le|di|è|un|una|con|senza|per|non|ci|dispiace|del|della|nostro|team|qui|una|persona|suo|tuo|questo|così|qualcuno|chiunque|si|ti|a|da|al|c'è|bene|nessuno|stato|ai|in|prima|fa",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "Grazie per averlo scritto|Grazie per avercelo detto|Grazie della segnalazione|Grazie per averci avvisato|<Ha/Hai> fatto bene a scrivere|<Fa/Fai> bene a dirlo",
        ),
        (
            "own",
            "e ci dispiace|e ci dispiace davvero|e ci dispiace molto|e ne siamo dispiaciuti|e ci dispiace sinceramente|e ci dispiace che <Le/ti> succeda|e ne siamo davvero dispiaciuti|e siamo dispiaciuti",
        ),
        (
            "fed",
            "serve una risposta|ci vuole una risposta|merita una risposta|<ha/hai> ragione a scrivere|andava detto|chiedere una risposta è giusto|qualcuno se ne deve occupare|non può restare senza risposta",
        ),
        ("so", "molto|davvero|sinceramente|tanto"),
        ("bad", "pesante|difficile|duro|faticoso|molto pesante"),
        (
            "who",
            "una persona|qualcuno del team|una persona del team|una persona del nostro team",
        ),
        (
            "does",
            "<Le/ti> risponderà qui|<Le/ti> scriverà qui|<Le/ti> darà una risposta qui|<Le/ti> darà qui una risposta",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "Aspettare {span}{?place}{?with} è [davvero tanto|tantissimo|troppo per chiunque], $own.",
                "Aspettare {span}{?place}{?with} è [davvero tanto|tantissimo|troppo per chiunque], e $fed.",
                "$hear; aspettare {span}{?place}{?with} è [davvero tanto|tantissimo|troppo per chiunque].",
                "Ci dispiace $so [per l'attesa|per questo ritardo|che l'attesa sia così lunga|per questa attesa].",
                "$hear; ci dispiace $so [per l'attesa|per questo ritardo|che l'attesa sia così lunga].",
                "Siamo dispiaciuti [per l'attesa|per questo ritardo|che l'attesa si prolunghi], e $fed.",
                "[Aspettare così|Dover restare ad aspettare|Non poter andare avanti]{?place}{?for}{?with} è $bad, $own.",
                "[Aspettare così|Dover restare ad aspettare|Non poter andare avanti]{?place}{?for}{?with} è $bad, e $fed.",
                "[Un'attesa del genere|Un ritardo del genere|Un'attesa così] è [pesante|difficile|faticosa da reggere], $own.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "Restare {span} senza accesso{?with} è [stressante|difficile|pesante], $own.",
                "[Restare senza accesso|Trovarsi senza accesso|Perdere l'accesso]{?with} è [stressante|difficile|pesante|preoccupante], $own.",
                "[Restare senza accesso|Essere senza accesso]{?for}{?with} è [stressante|difficile|pesante|preoccupante], e $fed.",
                "Ci dispiace $so [che <non riesca/tu non riesca> ad accedere|per questo problema di accesso|che l'accesso non funzioni].",
                "$hear; ci dispiace $so [che <non riesca/tu non riesca> ad accedere|per questo problema di accesso|che l'accesso non funzioni].",
                "Siamo dispiaciuti [per questo problema di accesso|che l'accesso non funzioni], e $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "Aspettare {span} per una questione di soldi è [stressante|difficile|pesante], $own.",
                "[Preoccuparsi per|Dover chiedere|Non sapere dove sono] i propri soldi{?with} è [stressante|difficile|pesante], $own.",
                "Quando si tratta dei propri soldi, [ogni ora conta|aspettare pesa|serve una risposta chiara|non si può restare senza risposta], $own.",
                "Ci dispiace $so per [il problema con {thing}|quello che succede con {thing}|quanto accaduto con {thing}].",
                "$hear; ci dispiace $so per [il problema con {thing}|quello che succede con {thing}|quanto accaduto con {thing}].",
                "Un problema con {thing} è [serio|preoccupante|pesante], e $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "Aspettare {span} {thing} è [difficile|pesante|faticoso], $own.",
                "[Aspettare|Dover cercare|Continuare ad aspettare] {thing}{?for} è [difficile|pesante|faticoso], $own.",
                "Ci dispiace $so che {thing} non sia [ancora arrivato|arrivato].",
                "$hear; ci dispiace $so che {thing} non sia [ancora arrivato|arrivato].",
                "Siamo dispiaciuti che {thing} non sia [ancora arrivato|arrivato], e $fed.",
                "[Aspettare|Dover cercare|Continuare ad aspettare] {thing} è [difficile|pesante|faticoso], e $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "Restare {span} senza {thing}{?with} è [difficile|pesante|complicato], $own.",
                "[Restare|Essere|Trovarsi] senza {thing}{?with} è [difficile|pesante|complicato], $own.",
                "[Restare|Essere] senza {thing}{?for}{?with} è [difficile|pesante|complicato], e $fed.",
                "Ci dispiace $so che <sia/tu sia> senza {thing}{?with}.",
                "$hear; ci dispiace $so [che <sia/tu sia> senza {thing}|per questa interruzione].",
                "Un'interruzione [così|come questa] è [difficile|pesante|complicata], $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Nessuno dovrebbe [essere trattato così|ricevere un trattamento così|sentirsi parlare così], $own.",
                "Nessuno dovrebbe [essere trattato così|ricevere un trattamento così|sentirsi parlare così], e $fed.",
                "$hear; [nessuno dovrebbe essere trattato così|nessuno dovrebbe sentirsi parlare così|un trattamento così fa male].",
                "Ci dispiace $so per [quel trattamento|quei modi|come è andata].",
                "$hear; ci dispiace $so per [quel trattamento|quei modi|come è andata].",
                "Un trattamento [così|del genere] [fa male|è umiliante|è difficile da accettare], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "La [<Sua/tua> |]sicurezza [viene prima di tutto|viene prima], e lo prendiamo [molto |]sul serio.",
                "$hear; [sembra pericoloso|fa paura|è molto serio], e la sicurezza [viene prima di tutto|viene prima].",
                "Quello che <racconta/racconti> [fa paura|è allarmante|sembra pericoloso], e lo prendiamo [molto |]sul serio.",
                "Nessuno dovrebbe [sentirsi in pericolo|avere paura così|trovarsi in pericolo], e lo prendiamo [molto |]sul serio.",
                "Ci dispiace $so per [quello che sta succedendo|questa situazione]; la sicurezza [viene prima di tutto|viene prima].",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "Ci dispiace $so che {thing} sia stato [cancellato|annullato].",
                "$hear; ci dispiace $so che {thing} sia stato [cancellato|annullato].",
                "Ci dispiace $so per [la cancellazione|questa cancellazione|quello che questa cancellazione comporta].",
                "$hear; ci dispiace $so per [la cancellazione|questa cancellazione|quello che comporta].",
                "Siamo dispiaciuti per [questa cancellazione|quello che questa cancellazione comporta], e $fed.",
                "[Trovarsi senza alternative|Trovarsi davanti a una cancellazione|Dover rifare tutto]{?with} è $bad, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "Restare {span} senza notizie è [difficile|molto duro|pesante], $own.",
                "[Perdere|Dover cercare|Non trovare] {thing}{?place} è [angosciante|difficile|molto duro], $own.",
                "Ci dispiace $so [che {thing} non si trovi|per questa perdita|che non ci siano ancora notizie].",
                "$hear; ci dispiace $so [che {thing} non si trovi|per questa perdita|che non ci siano ancora notizie].",
                "Non sapere dove sia {thing} è [angosciante|difficile|molto duro], e $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Che qualcun altro [usi|controlli|tocchi] il <Suo/tuo> conto [fa paura|è allarmante|è molto preoccupante], $own.",
                "$hear; [sembra una frode|una possibile frode è seria|una frode è una cosa seria], e la prendiamo [molto |]sul serio.",
                "Ci dispiace $so per quello che <Le/ti> sta succedendo; [fa paura|è grave|è una cosa seria|è allarmante|è molto preoccupante].",
                "$hear; ci dispiace $so per quello che <Le/ti> sta succedendo.",
                "Una [possibile frode|frode così] [fa paura|è allarmante|è grave|è una cosa seria|è molto preoccupante], $own.",
                "Una [possibile frode|frode così] [fa paura|è allarmante|è grave|è una cosa seria|è molto preoccupante], e $fed.",
                "[Sembra una frode|Sembra trattarsi di una frode|Questa sembra una frode], e la prendiamo [molto |]sul serio.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "Restare {span} senza [risposta|notizie] è [davvero tanto|difficile|pesante], $own.",
                "[Chiedere e non sentire nulla|Scrivere e non ricevere nulla|Restare senza risposta]{?for} [scoraggia|è difficile|è pesante], $own.",
                "[Chiedere e non sentire nulla|Scrivere e non ricevere nulla|Restare senza risposta]{?for} [scoraggia|è difficile|è pesante], e $fed.",
                "Ci dispiace $so [per questo silenzio|che nessuno <Le/ti> abbia risposto|che <abbia/tu abbia> dovuto insistere].",
                "$hear; ci dispiace $so [per questo silenzio|che nessuno <Le/ti> abbia risposto|che <abbia/tu abbia> dovuto insistere].",
            ],
        ),
        (
            Matter::Product,
            &[
                "Quando {thing} non [va|funziona|risponde] è [difficile|un problema|pesante], $own.",
                "Quando {thing} non [va|funziona|risponde] è [difficile|un problema|pesante], e $fed.",
                "Ci dispiace $so che {thing} non [vada|funzioni|risponda].",
                "$hear; ci dispiace $so che {thing} non [vada|funzioni|risponda].",
                "[Avere problemi|Dover combattere] con {thing}{?for} è [difficile|pesante|faticoso], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "Ci dispiace $so [per quello che succede|per questa situazione|che <Le/ti> succeda questo|per quanto accaduto].",
                "$hear; ci dispiace $so [per quello che succede|per questa situazione|che <Le/ti> succeda questo|per quanto accaduto].",
                "[È una cosa seria|Sembra serio|Sembra una cosa seria|Tutto questo sembra difficile|Sembra difficile], e qualcuno se ne deve occupare.",
                "[È una cosa seria|Sembra serio|Tutto questo sembra difficile], e lo prendiamo [molto |]sul serio.",
                "$hear; [sembra una cosa seria|tutto questo sembra difficile|tutto questo sembra serio].",
                "$hear; lo prendiamo [molto |]sul serio.",
                "Siamo dispiaciuti [per quello che succede|per questa situazione|che <Le/ti> succeda questo], e [lo prendiamo sul serio|qualcuno se ne deve occupare].",
            ],
        ),
    ],
    grave: &[
        "$hear; [vivere|affrontare] tutto questo {grave} [fa paura|è molto preoccupante|è angosciante], e lo prendiamo sul serio.",
        "[Vivere|Affrontare|Attraversare] tutto questo {grave} [fa paura|è molto preoccupante|è angosciante], e lo prendiamo [molto |]sul serio.",
    ],
    next: Next {
        open: &[
            "!Il <Suo/tuo> messaggio è [ora|già|adesso] nella [nostra coda|coda del team], [segnato come urgente|tra quelli urgenti], e $who $does.",
            "Lo abbiamo [passato|inoltrato|affidato] al [nostro |]team, e $who $does.",
            "[Una persona|Qualcuno] del nostro team lo [leggerà per intero|leggerà|esaminerà] e $does.",
            "[Da questo momento|Adesso|Ora] se ne occupa [una persona|qualcuno] del nostro team, che $does.",
            "!È [segnalato come urgente|tra le urgenze|segnato come urgente] per [il nostro team|il team], e $who $does.",
            "Il <Suo/tuo> messaggio [è|è ora|è già] nella [nostra coda|coda del team], e $who $does.",
        ],
        first: &[
            "Il <Suo/tuo> messaggio [viene per primo|passa avanti|ha la precedenza]; [una persona|qualcuno|uno di noi] <Le/ti> [risponderà|scriverà] qui.",
            "Il <Suo/tuo> messaggio è passato [in cima alla|in testa alla|al primo posto della] [nostra |]coda, e $who $does.",
            "Lo abbiamo [passato|affidato|segnalato|inoltrato] al [nostro |]team come [emergenza|un'emergenza], e $who $does.",
            "[Una persona|Qualcuno] del nostro team lo [leggerà|guarderà|vedrà] prima di tutto il resto e $does.",
            "È [ora|già|adesso] [in cima alla|in testa alla|al primo posto della] [nostra |]coda, e $who $does.",
        ],
        soon: &[
            "[Una persona|Qualcuno] del nostro team dovrebbe [risponder<Le/ti>|scriver<Le/ti>] qui [entro|in] circa {wait}.",
            "[Entro|In] circa {wait}, $who dovrebbe [risponder<Le/ti>|scriver<Le/ti>|dar<Le/ti> una risposta] [qui|proprio qui].",
            "Il <Suo/tuo> messaggio è [ora|già|adesso] nella [nostra coda|coda del team], e $who dovrebbe [risponder<Le/ti>|scriver<Le/ti>] qui [entro|in] circa {wait}.",
            "[Contiamo|Calcoliamo|Prevediamo] circa {wait} prima che $who possa [risponder<Le/ti>|scriver<Le/ti>] qui.",
            "Lo abbiamo [passato|affidato|inoltrato] al nostro team; $who dovrebbe [risponder<Le/ti>|scriver<Le/ti>] qui [entro|in] circa {wait}.",
        ],
        later: &[
            "[Il nostro team|Il team] torna {back}, e il <Suo/tuo> messaggio [sarà nella sua coda|sarà già in coda|sarà lì].",
            "![Il nostro team|Il team] torna {back}, e il <Suo/tuo> messaggio sarà tra i primi [letti|aperti].",
            "[In questo momento|A quest'ora|Adesso] non c'è nessuno in servizio; [il nostro team|il team] torna {back}, e $who $does.",
            "[Il nostro team|Il team] [torna|è di nuovo qui|riprende] {back}, e $who $does.",
            "Lo abbiamo [passato|affidato|lasciato] al [nostro |]team, che torna {back}; $who $does.",
        ],
    },
    brief: &["[Una persona|Qualcuno] <Le/ti> risponderà qui."],
    ease: &[
        "; se cambia qualcosa, <ce lo scriva/scrivicelo> qui.",
        "; <può/puoi> aggiungere qui quello che <vuole/vuoi>.",
        "; se manca qualcosa, <lo aggiunga/aggiungilo> qui.",
    ],
    danger: "Se qualcuno è in pericolo adesso: {line}",
    alone: "Se qualcuno è in pericolo in questo momento, chiamare il 112.",
    serious: &[
        "[È grave|È una cosa grave|La situazione è grave], e [la trattiamo come tale|come tale viene trattata].",
        "[Una cosa così|Una situazione così] non può aspettare, e [viene prima di tutto il resto|passa davanti a tutto].",
        "In questo momento nulla è più [urgente|importante] per noi.",
        "Prendiamo [la cosa|questa segnalazione] [molto|estremamente] sul serio, e [viene per prima|viene prima di tutto].",
        "[Grazie per l'avviso|<Ha/Hai> fatto bene a scrivere|Grazie per averlo detto|<Ha/Hai> fatto bene a dirlo|Grazie per aver scritto|<Ha/Hai> fatto bene ad avvisare]; [è grave|è molto grave|la situazione è grave], e [viene per prima|viene prima di tutto|passa davanti a tutto].",
        "[Grazie per l'avviso|<Ha/Hai> fatto bene a scrivere|Grazie per averlo detto|<Ha/Hai> fatto bene a dirlo|Grazie per aver scritto|<Ha/Hai> fatto bene ad avvisare]; [una cosa così|una situazione così] [non può aspettare|non aspetta], e [la trattiamo|viene trattata] come un'emergenza.",
        "[Grazie per l'avviso|<Ha/Hai> fatto bene a scrivere|Grazie per averlo detto|<Ha/Hai> fatto bene a dirlo|Grazie per aver scritto|<Ha/Hai> fatto bene ad avvisare]; [adesso|in questo momento|qui] nulla è più [urgente|importante].",
    ],
    worried: &[
        "Le <Sue/tue> parole contano, e [siamo in pensiero|siamo preoccupati] per <Lei/te>.",
        "Quello che <scrive/scrivi> [ci preoccupa|ci sta a cuore], e [<Lei conta/tu conti>|adesso conta come <sta/stai>].",
        "[Grazie per averlo detto|<Ha/Hai> fatto bene a dirlo]; [siamo in pensiero|siamo preoccupati] per <Lei/te>.",
        "[Tutto il resto può aspettare|Il resto può aspettare]; [siamo preoccupati per <Lei/te>|adesso conta come <sta/stai>].",
    ],
    care: "Se <pensa/pensi> di <farsi/farti> del male, <chiami/chiama> il numero di emergenza o <resti/resta> con una persona di fiducia.",
    sign: "– {team}",
    times: Times {
        minutes: "{n} minuti",
        hour: ("un'ora", "un'ora e mezza"),
        hours: ("{n} ore", "{n} ore e mezza"),
        days: [
            "lunedì",
            "martedì",
            "mercoledì",
            "giovedì",
            "venerdì",
            "sabato",
            "domenica",
        ],
        clock: "{h}:{mm}",
        back: "{day} alle {time}",
        near: ["oggi alle {time}", "domani alle {time}"],
        local: " (ora di {city})",
        home: &["Europe/Rome"],
        cities: &[
            ("London", "Londra"),
            ("Paris", "Parigi"),
            ("Berlin", "Berlino"),
            ("Lisbon", "Lisbona"),
            ("Brussels", "Bruxelles"),
            ("Zurich", "Zurigo"),
        ],
    },
    forbidden: &[
        (
            Rule::Selling,
            "offerta|offerte|sconto|sconti|promozion*|promo|acquista*|comprare|gratis|gratuit*|abbonati|iscriviti|premium|bonus|esclusiv*|approfitta*|buono sconto",
        ),
        (
            Rule::Arguing,
            "ma|però|tuttavia|in realtà|politica|regolamento|termini e condizioni|purtroppo|sfortunatamente|tecnicamente|secondo le nostre|si calmi|calmati",
        ),
        (
            Rule::Blaming,
            "avrebbe dovuto|avresti dovuto|colpa sua|colpa tua|suo errore|tuo errore|ha dimenticato|hai dimenticato|terzi",
        ),
        (
            Rule::Promising,
            "promett*|garanti*|risolt*|risolveremo|rimbors*|indennizz*|risarci*|oggi|domani|immediatamente|subito|al più presto|quanto prima|il prima possibile|mai più|di sicuro",
        ),
        (
            Rule::Admitting,
            "colpa nostra|nostra colpa|nostro errore|ammettiamo|responsabili|responsabilità|negligen*|legal*",
        ),
        (
            Rule::Filler,
            "disagio|disagi|inconvenient*|sua opinione|tua opinione|gentile cliente|caro cliente|cara cliente|grazie per averci contattato|sua pazienza|tua pazienza|comprensione|la ringraziamo|ti ringraziamo|non esiti|non esitare|scuse|scusiamo",
        ),
        (
            Rule::PrivateData,
            "numero d'ordine|numero ordine|numero cliente|codice cliente|numero di prenotazione|codice prenotazione|numero di telefono|numero della carta|suo indirizzo|tuo indirizzo|e-mail|email|data di nascita|password|cap|in dm|in privato|suoi dati|tuoi dati|iban|codice fiscale",
        ),
        (
            Rule::Instructing,
            "clicca*|clicchi|seguici|ci segua|condividi|condivida|ritwitta*|ripeti|ripeta|ignora|visita|visiti",
        ),
        (
            Rule::Slur,
            "idiota|idioti|stupid*|cretin*|stronz*|puttan*|troia|cazzo|merda|coglion*|froci*|deficient*|imbecill*",
        ),
    ],
    cues: Cues {
        place_after: "alla stazione di|all'aeroporto di|in stazione a|vicino a|fuori da|nei pressi di|alla fermata di|alla fermata",
        place_loose: (
            "a|verso|davanti a",
            "roma|milano|napoli|torino|palermo|genova|bologna|firenze|bari|catania|venezia|verona|messina|padova|trieste|brescia|parma|prato|modena|reggio|perugia|livorno|ravenna|cagliari|foggia|rimini|salerno|ferrara|sassari|latina|monza|siracusa|pescara|bergamo|trento|bolzano|vicenza|terni|novara|piacenza|ancona|lecce|udine|arezzo|cesena|pesaro|pisa|como|varese|lucca|cremona|pavia|siena|lugano|bellinzona|orte|voghera|fiumicino|malpensa|linate|termini|tiburtina",
        ),
        place_between: ("", ""),
        place_words: 2,
        no_place: "natale|pasqua|dio|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|maria|giuseppe|giovanni|marco|luca|paolo|anna|laura|giulia|francesca|andrea|alessandro|matteo|davide|stefano|roberto|antonio|francesco|mario|luigi|sara|chiara|elena|silvia|signor|signora|lei|noi|voi",
        numbers: &[
            "una|un|un'",
            "due",
            "tre",
            "quattro",
            "cinque",
            "sei",
            "sette",
            "otto",
            "nove",
            "dieci",
            "undici",
            "dodici",
        ],
        units: &[
            Unit {
                read: "minuto|minuti|min",
                one: "",
                two: "",
                many: "minuti",
                max: 300,
            },
            Unit {
                read: "ora|ore|h",
                one: "un'ora",
                two: "",
                many: "ore",
                max: 96,
            },
            Unit {
                read: "giorno|giorni|gg",
                one: "",
                two: "",
                many: "giorni",
                max: 60,
            },
            Unit {
                read: "settimana|settimane",
                one: "una settimana",
                two: "",
                many: "settimane",
                max: 30,
            },
            Unit {
                read: "mese|mesi",
                one: "",
                two: "",
                many: "mesi",
                max: 24,
            },
        ],
        lasting: "per {span}",
        span_after: "da|dopo|oltre|più|già|quasi|aspetto|aspettiamo|aspettando|fermi|fermo|bloccat*|sono|per",
        span_before: "di|che|fermi|fermo|bloccat*|senza|ritardo|dopo|e",
        no_span_after: "tra|fra|in|ogni",
        no_span: "fa|anni|prenotat*|prenotazione|vacanz*|soggiorno|cliente|affitt*|noleggi*|prossim*|entro|fino|garanzia|gratis|ogni|tra|fra|viaggio|pagato|lavorativi|massimo",
        details: &[
            Detail {
                of: &[],
                read: "insulina|medicin*|farmac*|ossigeno|l'ossigeno|dialisi|operazione|ospedale|chemio*",
                say: "quando è in gioco la salute di qualcuno",
            },
            Detail {
                of: &[],
                read: "matrimonio|esame|colloquio|affitto|l'affitto|mutuo|scadenza|visto",
                say: "con un impegno così importante",
            },
            Detail {
                of: &[],
                read: "nessuna informazione|nessuno dice|nessuno ci dice|nessuno informa|nessuno spiega|nessuno sa|senza informazioni|senza spiegazion*|nessun annuncio|zero informazioni|nessuna comunicazione|senza notizie",
                say: "senza alcuna informazione",
            },
            Detail {
                of: TRAVEL,
                read: "senz'acqua|senza acqua|niente acqua|niente da bere",
                say: "senz'acqua",
            },
            Detail {
                of: TRAVEL,
                read: "senza cibo|niente da mangiare|niente cibo",
                say: "senza cibo",
            },
            Detail {
                of: TRAVEL,
                read: "bambin*|bimb*|neonat*|mio figlio|mia figlia|figli",
                say: "con dei bambini",
            },
            Detail {
                of: TRAVEL,
                read: "senza bagno|bagni chiusi|bagno rotto|senza toilette",
                say: "senza bagno",
            },
            Detail {
                of: TRAVEL,
                read: "caldo|aria condizionata|afa",
                say: "con questo caldo",
            },
            Detail {
                of: TRAVEL,
                read: "freddo|senza riscaldamento|gelo",
                say: "con questo freddo",
            },
        ],
        and: " e ",
        things: &[
            Thing {
                of: &[Matter::Cancelled],
                read: "volo",
                say: "il <Suo/tuo> volo",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "treno",
                say: "il <Suo/tuo> treno",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "appuntamento",
                say: "il <Suo/tuo> appuntamento",
            },
            Thing {
                of: &[Matter::Cancelled, Matter::Parcel],
                read: "ordine",
                say: "il <Suo/tuo> ordine",
            },
            Thing {
                of: &[Matter::Money],
                read: "fattura|bolletta",
                say: "la <Sua/tua> bolletta",
            },
            Thing {
                of: &[Matter::Money],
                read: "bonifico",
                say: "il <Suo/tuo> bonifico",
            },
            Thing {
                of: &[Matter::Money],
                read: "addebit*",
                say: "quell'addebito",
            },
            Thing {
                of: &[Matter::Money],
                read: "",
                say: "i <Suoi/tuoi> soldi",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "",
                say: "il <Suo/tuo> pacco",
            },
            Thing {
                of: &[Matter::Outage],
                read: "internet|wifi|fibra|connessione",
                say: "internet",
            },
            Thing {
                of: &[Matter::Outage],
                read: "luce|elettricità|corrente|blackout",
                say: "luce",
            },
            Thing {
                of: &[Matter::Outage],
                read: "linea|segnale|rete",
                say: "linea",
            },
            Thing {
                of: &[Matter::Outage],
                read: "riscaldamento|riscaldamenti",
                say: "riscaldamento",
            },
            Thing {
                of: &[Matter::Outage],
                read: "acqua calda",
                say: "acqua calda",
            },
            Thing {
                of: &[Matter::Outage],
                read: "acqua",
                say: "acqua",
            },
            Thing {
                of: &[Matter::Outage],
                read: "",
                say: "servizio",
            },
            Thing {
                of: &[Matter::Product],
                read: "app|applicazione",
                say: "l'app",
            },
            Thing {
                of: &[Matter::Product],
                read: "router|modem",
                say: "il <Suo/tuo> router",
            },
            Thing {
                of: &[Matter::Product],
                read: "computer|portatile|pc",
                say: "il <Suo/tuo> computer",
            },
            Thing {
                of: &[Matter::Product, Matter::Lost],
                read: "telefono|cellulare|smartphone",
                say: "il <Suo/tuo> telefono",
            },
            Thing {
                of: &[Matter::Product],
                read: "lavatrice",
                say: "la <Sua/tua> lavatrice",
            },
            Thing {
                of: &[Matter::Product],
                read: "frigo|frigorifero",
                say: "il <Suo/tuo> frigo",
            },
            Thing {
                of: &[Matter::Product],
                read: "",
                say: "quello che <ha/hai> preso",
            },
            Thing {
                of: &[Matter::Lost],
                read: "valigia|valigie",
                say: "la <Sua/tua> valigia",
            },
            Thing {
                of: &[Matter::Lost],
                read: "bagagli*",
                say: "il <Suo/tuo> bagaglio",
            },
            Thing {
                of: &[Matter::Lost],
                read: "borsa|zaino",
                say: "la <Sua/tua> borsa",
            },
            Thing {
                of: &[Matter::Lost],
                read: "portafoglio|portafogli",
                say: "il <Suo/tuo> portafoglio",
            },
            Thing {
                of: &[Matter::Lost],
                read: "",
                say: "qualcosa di <Suo/tuo>",
            },
        ],
    },
};
