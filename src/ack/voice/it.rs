//! Italian: Lei or tu by the brand.

use super::Matter;
use super::echo::{Cues, Detail, Thing, Unit};
use super::tongue::{Next, Times, Tongue};
use crate::ack::lint::Rule;

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
            "<La/Ti> ascoltiamo|<La/Ti> leggiamo|È arrivato da noi|<Il Suo/Il tuo> messaggio è qui con noi|Vediamo cosa succede|Messaggio ricevuto|Lo abbiamo davanti|Lo prendiamo sul serio",
        ),
        (
            "own",
            "e ci dispiace|e ci dispiace davvero|e ci dispiace molto|e la rabbia si capisce|e ci dispiace che si sia arrivati a questo|e al <Suo/tuo> posto diremmo lo stesso|e ci dispiace leggerlo|e capiamo questo messaggio",
        ),
        (
            "fed",
            "c'è da perdere la pazienza|la rabbia si capisce|chiunque sarebbe esasperato|stancherebbe chiunque|c'è di che essere stufi|<fa/fai> bene a dirlo|è davvero tanto da sopportare|ci sta essere arrabbiati",
        ),
        ("so", "molto|davvero|sinceramente|tanto"),
        ("bad", "sfiancante|pesante|logorante|snervante|esasperante"),
        (
            "who",
            "una persona|qualcuno del team|una persona del team|qualcuno di noi",
        ),
        (
            "does",
            "<Le/ti> risponderà qui|<Le/ti> scriverà qui|<Le/ti> darà una risposta qui|si farà sentire qui con <Lei/te>",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span} di attesa{?place}{?with}: $fed.",
                "{Span} di attesa{?place}{?with}, ed è [davvero tanto|un'eternità|troppo per chiunque]: $fed.",
                "$hear: {span} di attesa{?place}{?with}, ed è [davvero tanto|un'eternità|troppo per chiunque].",
                "Ci dispiace $so per l'attesa{?place}{?with}.",
                "[Aspettare così|Restare fermi così|Non andare avanti]{?place}{?for}{?with} è $bad, $own.",
                "$hear: [aspettare così|restare fermi così|non andare avanti]{?place}{?for}{?with} è $bad.",
                "Un'attesa del genere{?place}{?with}: $fed.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} senza accesso{?with}: $fed.",
                "[Restare senza accesso|Restare fuori|Non riuscire a entrare]{?for}{?with} è [stressante|snervante|pesante|esasperante], $own.",
                "$hear: [restare senza accesso|restare fuori|non riuscire a entrare]{?for}{?with} è [stressante|snervante|pesante|esasperante].",
                "Ci dispiace $so che <non riesca/tu non riesca> [a entrare|ad accedere]{?with}.",
                "+[Senza accesso|Chiusi fuori]{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} dietro ai propri soldi: $fed.",
                "[Rincorrere|Preoccuparsi per|Dover chiedere] i propri soldi{?for}{?with} è [stressante|snervante|pesante], $own.",
                "$hear: [rincorrere|preoccuparsi per|dover chiedere] i propri soldi{?for}{?with} è [stressante|snervante|pesante].",
                "$hear: quando si tratta dei propri soldi, [ogni ora conta|aspettare pesa|serve una risposta chiara].",
                "Ci dispiace $so per il problema con {thing}{?with}.",
                "Un problema con {thing}{?with}: $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span} ad aspettare {thing}: $fed.",
                "[Aspettare|Cercare|Rincorrere] {thing}{?for}{?with} è [snervante|pesante|esasperante], $own.",
                "$hear: [aspettare|cercare|rincorrere] {thing}{?for}{?with} è [snervante|pesante|esasperante].",
                "Ci dispiace $so che {thing} [non sia ancora arrivato|si faccia attendere|manchi ancora]{?with}.",
                "{Thing} che non arriva{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} di [guasto|stop]{?with}: $fed.",
                "Restare senza {thing}{?for}{?with} è [snervante|pesante|esasperante|complicato], $own.",
                "$hear: restare senza {thing}{?for}{?with} è [snervante|pesante|esasperante|complicato].",
                "Ci dispiace $so che <sia/tu sia> senza {thing}{?with}.",
                "[Senza|Di nuovo senza] {thing}{?for}{?with}: $fed.",
                "Uno stop così{?with} è [snervante|pesante|esasperante|complicato], $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Nessuno dovrebbe [essere trattato così|ricevere un trattamento così|sentirsi parlare così], $own.",
                "$hear: [nessuno dovrebbe essere trattato così|nessuno dovrebbe sentirsi parlare così|essere trattati così fa male].",
                "Ci dispiace $so per [il modo in cui <Le/ti> hanno parlato|come è andata|il trattamento che <racconta/racconti>].",
                "Essere trattati così [fa male|è umiliante|resta addosso], $own.",
                "Quello che <racconta/racconti> [fa male|è davvero sgradevole|suona umiliante], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "La <Sua/tua> sicurezza [viene prima di tutto|viene prima], e lo prendiamo [molto |]sul serio.",
                "$hear: [suona pericoloso|fa paura|si tratta di sicurezza], e [viene prima di tutto|viene prima].",
                "Quello che <racconta/racconti> [fa paura|è allarmante|suona pericoloso], e lo prendiamo [molto |]sul serio.",
                "Nessuno dovrebbe [sentirsi in pericolo|avere paura così|trovarsi in pericolo], e lo prendiamo [molto |]sul serio.",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "{Thing} [cancellato|annullato]{?place}: $fed.",
                "Una cancellazione{?place}{?with} [scombina tutto|manda all'aria la giornata|costringe a rifare tutto], $own.",
                "$hear: una cancellazione{?place}{?with} [scombina tutto|manda all'aria la giornata|costringe a rifare tutto].",
                "Ci dispiace $so per la cancellazione{?place}{?with}.",
                "Ritrovarsi [a piedi|senza un piano|con tutto da rifare]{?place}{?with} è $bad, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} senza notizie{?with}: $fed.",
                "[Perdere|Cercare|Non trovare] {thing}{?place}{?with} è [angosciante|pesante|davvero brutto], $own.",
                "$hear: [perdere|cercare|non trovare] {thing}{?place}{?with} è [angosciante|pesante|davvero brutto].",
                "Ci dispiace $so per {thing}{?with}.",
                "Non sapere che fine abbia fatto {thing}{?with}: $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Che qualcun altro metta mano [ai <Suoi/tuoi> soldi|al <Suo/tuo> conto] [fa paura|è allarmante|è molto preoccupante], e lo prendiamo sul serio.",
                "$hear: sembra che qualcun altro sia nel <Suo/tuo> conto, e questo [fa paura|è allarmante|è molto preoccupante].",
                "Ci dispiace $so per quello che <Le/ti> sta succedendo; [fa paura|è allarmante|è molto preoccupante].",
                "Vedere movimenti mai fatti [fa paura|è allarmante|è molto preoccupante], $own.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} senza [risposta|notizie]: $fed.",
                "[Chiedere e non sentire nulla|Scrivere e non ricevere nulla|Restare senza risposta]{?for} [scoraggia|è snervante|stanca], $own.",
                "$hear: [chiedere e non sentire nulla|scrivere e non ricevere nulla|restare senza risposta]{?for} [scoraggia|è snervante|stanca].",
                "Ci dispiace $so [per questo silenzio|che nessuno <Le/ti> abbia risposto|che <abbia/tu abbia> dovuto insistere].",
                "+[Nessuna risposta|Nessuna notizia|Silenzio]{?for}: $fed.",
            ],
        ),
        (
            Matter::Product,
            &[
                "{Thing} [che non va|che non funziona|che fa i capricci]{?for}{?with}: $fed.",
                "Quando {thing} non [va|funziona|risponde]{?with} è [snervante|pesante|esasperante], $own.",
                "$hear: {thing} non fa quello che deve, ed è [snervante|pesante|esasperante].",
                "Ci dispiace $so che {thing} non [vada|funzioni|risponda]{?with}.",
                "[Combattere|Litigare] con {thing}{?for} è [snervante|pesante|esasperante], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "[Sembra|Tutto questo sembra] [pesante|stressante|sfiancante|difficile], $own.",
                "Ci dispiace $so [che si sia arrivati a questo|per quello che succede|che <abbia/tu abbia> dovuto scriverlo].",
                "$hear: $fed.",
                "[Vivere tutto questo|Dover gestire tutto questo|Passarci]{?place}{?for}{?with} è $bad, $own.",
                "$hear: tutto questo sembra [pesante|stressante|sfiancante|difficile].",
            ],
        ),
    ],
    grave: &[
        "$hear: [vivere|affrontare] tutto questo {grave} [fa paura|è molto preoccupante|è angosciante], e lo prendiamo sul serio.",
        "[Vivere|Affrontare|Attraversare] tutto questo {grave} [fa paura|è molto preoccupante|è angosciante], e lo prendiamo sul serio.",
    ],
    next: Next {
        open: &[
            "!Il <Suo/tuo> messaggio è [ora|già|adesso] nelle mani del [nostro |]team, segnato come urgente, e $who $does.",
            "Lo abbiamo [passato|affidato|portato] [al nostro team|al team che se ne occupa|a chi può guardarci], e $who $does.",
            "[Una persona|Qualcuno] del nostro team lo [leggerà per intero|leggerà con calma|guarderà da vicino] e $does.",
            "[Da questo momento|Adesso|Ora] se ne occupa [una persona|qualcuno] del nostro team, che $does.",
            "!È [segnalato come urgente|tra le urgenze|segnato come urgente] per [il nostro team|il team], e $who $does.",
            "[Una persona|Qualcuno] del nostro team [se ne fa carico|lo prende in mano|lo prende in carico] e $does.",
        ],
        first: &[
            "È [passato|messo] [per primo|in cima]; [una persona|qualcuno] [risponderà|scriverà] qui.",
            "Il <Suo/tuo> messaggio è passato [in cima|in testa|al primo posto|davanti a tutti] nella [nostra |]coda, e $who $does.",
            "Lo abbiamo [passato|affidato|segnalato|portato] al [nostro |]team come [emergenza|un'emergenza], e $who $does.",
            "[Una persona|Qualcuno] del nostro team lo [leggerà|guarderà|vedrà] prima di tutto il resto e $does.",
        ],
        soon: &[
            "[Una persona|Qualcuno] del nostro team dovrebbe [risponder<Le/ti>|scriver<Le/ti>] qui [entro|in] circa {wait}.",
            "[Entro|In] circa {wait}, $who dovrebbe [risponder<Le/ti>|scriver<Le/ti>|dar<Le/ti> una risposta] [qui|proprio qui].",
            "Il <Suo/tuo> messaggio è [ora|già|adesso] [dal|con il|in mano al] nostro team, e $who dovrebbe [risponder<Le/ti>|scriver<Le/ti>] qui [entro|in] circa {wait}.",
            "[Contiamo|Calcoliamo|Prevediamo] circa {wait} prima che $who possa [risponder<Le/ti>|scriver<Le/ti>] qui.",
            "Lo abbiamo [passato|affidato|portato] al nostro team; $who dovrebbe [risponder<Le/ti>|scriver<Le/ti>] qui [entro|in] circa {wait}.",
        ],
        later: &[
            "[Il nostro team|Il team] torna {back}, e il <Suo/tuo> messaggio [sarà lì ad aspettarlo|sarà già sul tavolo|sarà lì].",
            "![Il nostro team|Il team] torna {back}, e il <Suo/tuo> messaggio sarà tra i primi [letti|aperti].",
            "[In questo momento|A quest'ora|Adesso] non c'è nessuno in servizio; [il nostro team|il team] torna {back}, e $who $does.",
            "[Il nostro team|Il team] [torna|è di nuovo qui|riprende] {back}, e $who $does.",
            "Lo abbiamo [passato|affidato|lasciato] al [nostro |]team, che torna {back}; $who $does.",
        ],
    },
    brief: &["[Una persona|Qualcuno] <Le/ti> risponderà qui."],
    ease: &[
        "; se cambia qualcosa, <lo aggiunga/aggiungilo> qui.",
        "; non serve riscrivere nel frattempo.",
        "; quello che manca si può aggiungere qui.",
    ],
    danger: "Se qualcuno è in pericolo adesso: {line}",
    worried: &[
        "Abbiamo le <Sue/tue> parole davanti e [siamo in pensiero|siamo preoccupati] per <Lei/te>.",
        "Quello che <scrive/scrivi> [ci preoccupa|ci sta a cuore], e [<Lei conta/tu conti>|prima viene come <sta/stai>].",
        "[Grazie per averlo detto|<Ha/Hai> fatto bene a dirlo]; [siamo in pensiero|siamo preoccupati] per <Lei/te>.",
        "[Tutto il resto può aspettare|Il resto può aspettare]; [siamo preoccupati per <Lei/te>|prima viene come <sta/stai>].",
    ],
    care: "Se <pensa/pensi> di <farsi/farti> del male, <chiami/chiama> il numero di emergenza o <resti/resta> vicino a qualcuno di fidato.",
    sign: "– {team}",
    automatic: &[
        "(primo messaggio automatico)",
        "(questa prima nota è automatica)",
        "(prima risposta inviata in automatico)",
        "(una prima nota automatica)",
    ],
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
                say: "con la salute di qualcuno in gioco",
            },
            Detail {
                of: &[],
                read: "matrimonio|funerale|esame|colloquio|affitto|l'affitto|mutuo|scadenza|visto",
                say: "con così tanto in ballo",
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
