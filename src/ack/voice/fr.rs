//! French: vous or tu by the brand, and a space before the colon.

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
    code: "fr",
    spaced: true,
    common: "et|nous|vous|le|la|les|est|une|un|des|de|que|qui|pour|avec|sans|ici|votre|tu|ton|ta|te|sommes|désolés|notre|équipe|personne|cette|ce|ça|dans|son|c'est|ne|pas|il|y|à|être|pendant|tout|cela|du|au|en|d'attente|heures|plus|on",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "Nous <vous/te> lisons|C'est bien arrivé chez nous|Nous <vous /t'>entendons|<Votre/Ton> message nous est parvenu|Nous voyons ce qui se passe|Message bien reçu|Nous sommes à l'écoute|Nous prenons cela au sérieux",
        ),
        (
            "own",
            "et nous en sommes désolés|et nous le regrettons|et nous en sommes vraiment navrés|et nous comprenons la colère|et nous sommes désolés que cela en soit arrivé là|et à <votre/ta> place nous dirions la même chose|et nous sommes désolés de lire cela|et nous comprenons ce message",
        ),
        (
            "fed",
            "il y a de quoi être à bout|il y a de quoi être en colère|n'importe qui perdrait patience|<votre/ta> colère se comprend|cela userait n'importe qui|on perdrait patience à moins|<vous avez/tu as> raison de le dire|c'est beaucoup demander",
        ),
        ("so", "vraiment|sincèrement|profondément|très"),
        ("bad", "épuisant|pénible|usant|éprouvant|exaspérant"),
        (
            "who",
            "une personne|quelqu'un de chez nous|un membre de l'équipe|quelqu'un de l'équipe",
        ),
        (
            "does",
            "<vous/te> répondra ici|<vous/te> répond ici|<vous /t'>écrira ici|reviendra vers <vous/toi> ici",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span} d'attente{?place}{?with} : $fed.",
                "{Span} d'attente{?place}{?with}, c'est [très long|interminable|éprouvant], $own.",
                "$hear : {span} d'attente{?place}{?with}, c'est [très long|interminable|beaucoup trop long].",
                "Nous sommes $so désolés de <vous/te> savoir [dans l'attente|en pleine attente]{?place}{?with}.",
                "[Attendre ainsi|Rester bloqué ainsi|Être retenu ainsi]{?place}{?for}{?with}, c'est $bad, $own.",
                "$hear : [attendre ainsi|rester bloqué ainsi|être retenu ainsi]{?place}{?for}{?with}, c'est $bad.",
                "Une [attente|épreuve] pareille{?place}{?with} : $fed.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} sans accès{?with} : $fed.",
                "[Se retrouver sans accès|Rester à la porte|Ne plus pouvoir entrer]{?for}{?with}, c'est [stressant|déstabilisant|exaspérant|pénible], $own.",
                "$hear : [se retrouver sans accès|rester à la porte|ne plus pouvoir entrer]{?for}, c'est [stressant|déstabilisant|exaspérant|pénible].",
                "Nous sommes $so désolés de <vous/te> savoir [sans accès|à la porte]{?for}{?with}.",
                "+[Plus d'accès|Aucun accès|À la porte]{?with} : $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} à courir après son argent : $fed.",
                "[Courir après|S'inquiéter pour|Devoir réclamer] son argent{?for}{?with}, c'est [stressant|inquiétant|usant], $own.",
                "$hear : quand il s'agit de son argent, [chaque heure compte|attendre est pénible|on veut une réponse claire].",
                "$hear : [courir après|s'inquiéter pour|devoir réclamer] son argent, c'est [stressant|inquiétant|usant].",
                "Nous sommes $so désolés du souci avec {thing}{?with}.",
                "Un souci avec {thing}{?with} : $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span} à attendre {thing} : $fed.",
                "[Attendre|Guetter|Chercher] {thing}{?for}{?with}, c'est [lassant|exaspérant|usant|pénible], $own.",
                "$hear : [attendre|guetter|chercher] {thing}{?for}{?with}, c'est [lassant|exaspérant|usant|pénible].",
                "Nous sommes $so désolés que {thing} ne soit [toujours pas là|pas encore là]{?with}.",
                "Toujours rien pour {thing}{?with} : $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} de [coupure|panne]{?with} : $fed.",
                "Une [coupure|panne] pareille{?for}{?with}, c'est [exaspérant|pénible|très gênant|éprouvant], $own.",
                "$hear : une [coupure|panne] pareille{?for}{?with}, c'est [exaspérant|pénible|très gênant|éprouvant].",
                "Nous sommes $so désolés que {thing} ne marche [plus|pas]{?with}.",
                "{Thing} à l'arrêt{?for}{?with} : $fed.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Personne ne devrait être [traité|reçu|accueilli] ainsi, $own.",
                "$hear : [personne ne devrait être traité ainsi|personne ne devrait s'entendre parler ainsi|ce que <vous racontez/tu racontes> est blessant].",
                "Nous sommes $so désolés de la façon dont [on <vous /t'>a parlé|cela s'est passé|<vous avez été reçu/tu as été reçu>].",
                "Être [traité|reçu|accueilli] ainsi, c'est [blessant|humiliant|dur à avaler], $own.",
                "Ce que <vous décrivez/tu décris> est [blessant|pénible à lire|vraiment désagréable], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "<Votre/Ta> sécurité passe [avant tout|en premier], et nous prenons cela [très |]au sérieux.",
                "$hear : [c'est inquiétant|cela a l'air dangereux|il s'agit de sécurité], et [cela passe avant tout|cela passe en premier].",
                "Ce que <vous décrivez/tu décris> est [inquiétant|effrayant|alarmant], et nous le prenons [très |]au sérieux.",
                "Personne ne devrait [se sentir en danger|avoir peur ainsi|rester en danger], et nous prenons cela [très |]au sérieux.",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "{Thing} [annulé|supprimé]{?place} : $fed.",
                "Une annulation{?place}{?with}, cela [bouleverse tout|met la journée sens dessus dessous|oblige à tout refaire], $own.",
                "$hear : une annulation{?place}{?with}, cela [bouleverse tout|met la journée sens dessus dessous|oblige à tout refaire].",
                "Nous sommes $so désolés de cette annulation{?place}{?with}.",
                "Se retrouver [sans solution|le bec dans l'eau|avec tout à refaire]{?place}{?with}, c'est $bad, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} sans nouvelles de {thing} : $fed.",
                "[Perdre|Chercher|Ne pas retrouver] {thing}{?place}{?with}, c'est [éprouvant|stressant|vraiment dur], $own.",
                "$hear : [perdre|chercher|ne pas retrouver] {thing}{?place}{?with}, c'est [éprouvant|stressant|vraiment dur].",
                "Nous sommes $so désolés pour {thing}{?with}.",
                "Ne pas savoir où chercher {thing}{?with} : $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Voir quelqu'un d'autre toucher à [son argent|son compte], c'est [effrayant|alarmant|très inquiétant], et nous prenons cela au sérieux.",
                "$hear : on dirait que quelqu'un d'autre touche à <votre/ton> compte, et c'est [effrayant|alarmant|très inquiétant].",
                "Nous sommes $so désolés de ce qui <vous /t'>arrive ; c'est [effrayant|alarmant|très inquiétant].",
                "Des opérations que l'on n'a pas faites, c'est [effrayant|alarmant|très inquiétant], $own.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} sans [réponse|nouvelles|retour] : $fed.",
                "[Écrire et ne rien recevoir|Demander et ne rien entendre|Rester sans réponse]{?for}, c'est [décourageant|usant|exaspérant], $own.",
                "$hear : [écrire et ne rien recevoir|demander et ne rien entendre|rester sans réponse]{?for}, c'est [décourageant|usant|exaspérant].",
                "Nous sommes $so désolés [de ce silence|que personne ne <vous /t'>ait répondu|que <vous ayez/tu aies> dû redemander].",
                "+[Aucune réponse|Aucun retour|Le silence]{?for} : $fed.",
            ],
        ),
        (
            Matter::Product,
            &[
                "{Thing} [en panne|qui ne marche pas|qui fait des siennes]{?for}{?with} : $fed.",
                "Quand {thing} ne [suit plus|marche pas|répond plus]{?with}, c'est [exaspérant|pénible|lassant], $own.",
                "$hear : {thing} ne [suit plus|marche pas|répond plus], et c'est [exaspérant|pénible|lassant].",
                "Nous sommes $so désolés que {thing} ne marche [pas comme il faut|pas bien|plus]{?with}.",
                "[Se battre avec|Se débattre avec] {thing}{?for}, c'est [exaspérant|pénible|lassant], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "[Cela a l'air|Tout cela semble] [pénible|stressant|épuisant|dur à vivre], $own.",
                "Nous sommes $so désolés [que cela en soit arrivé là|de ce que <vous vivez/tu vis>|que <vous ayez/tu aies> eu à écrire cela].",
                "$hear : $fed.",
                "[Vivre cela|Devoir gérer cela|Passer par là]{?place}{?for}{?with}, c'est $bad, $own.",
                "$hear : tout cela a l'air [pénible|stressant|épuisant|dur à vivre].",
            ],
        ),
    ],
    grave: &[
        "$hear : [vivre|traverser] cela {grave}, c'est [effrayant|très inquiétant|une vraie angoisse], et nous prenons cela au sérieux.",
        "[Vivre|Traverser|Affronter] cela {grave}, c'est [effrayant|très inquiétant|une vraie angoisse], et nous prenons cela au sérieux.",
    ],
    next: Next {
        open: &[
            "!<Votre/Ton> message est [maintenant|déjà|désormais] entre les mains de [notre |l']équipe, marqué urgent, et $who $does.",
            "Nous avons [transmis|confié|remis] [cela|<votre/ton> message] à [notre équipe|l'équipe concernée|ceux qui peuvent regarder], et $who $does.",
            "[Une personne|Quelqu'un] de [notre |l']équipe va [tout lire|regarder cela de près|lire cela en entier], puis $does.",
            "[À partir d'ici|Maintenant|Ensuite], [une personne|quelqu'un] de [notre |l']équipe prend le relais et $does.",
            "!C'est [signalé comme urgent|placé parmi les urgences|passé en urgent], et $who $does.",
            "[Une personne|Quelqu'un] de [notre |l']équipe prend [la suite|le relais] et $does.",
        ],
        first: &[
            "C'est [passé|placé] [en premier|en tête] ; [une personne|quelqu'un] [répondra|répond] ici.",
            "<Votre/Ton> message est passé [tout en haut|en tête|au tout début] de [notre|la] file, et $who $does.",
            "Nous avons [transmis|confié|signalé|remis] [cela|<votre/ton> message] à [notre |l']équipe [comme une urgence|en urgence], et $who $does.",
            "[Une personne|Quelqu'un] de [notre |l']équipe va lire cela [avant tout le reste|en tout premier|avant toute autre chose], puis $does.",
        ],
        soon: &[
            "[Une personne|Quelqu'un] de [notre |l']équipe devrait <vous/te> [répondre|écrire] ici [d'ici|dans] environ {wait}.",
            "<Votre/Ton> message est [maintenant|déjà|désormais] chez [notre |l']équipe, et $who devrait <vous/te> [répondre|écrire] ici [d'ici|dans] environ {wait}.",
            "[Comptez|Il faut compter] environ {wait}, et $who devrait <vous/te> [répondre|écrire] ici.",
            "Nous avons [transmis|confié|remis] [cela|<votre/ton> message] à [notre |l']équipe ; $who devrait <vous/te> [répondre|écrire] ici [d'ici|dans] environ {wait}.",
        ],
        later: &[
            "[Notre équipe|L'équipe] est de retour {back}, et <votre/ton> message [l'attendra|sera devant elle|sera là].",
            "![Notre équipe|L'équipe] est de retour {back}, et <votre/ton> message sera parmi les premiers [lus|ouverts].",
            "[En ce moment|À cette heure|Pour l'instant], personne n'est de service ; [notre équipe|l'équipe] revient {back}, et $who $does.",
            "[Notre équipe|L'équipe] [revient|est de retour|reprend] {back}, et $who $does.",
            "Nous avons [transmis|confié|remis] [cela|<votre/ton> message] à [notre |l']équipe, de retour {back} ; $who $does.",
        ],
    },
    brief: &["[Une personne|Quelqu'un] <vous/te> répondra ici."],
    ease: &[
        " ; si quelque chose change, <ajoutez-le/ajoute-le> ici.",
        " ; inutile de réécrire d'ici là.",
        " ; tout ce qui manque peut être ajouté ici.",
    ],
    danger: "Si quelqu'un est en danger maintenant : {line}",
    worried: &[
        "Nous avons <vos/tes> mots sous les yeux et nous [sommes inquiets|nous faisons du souci] pour <vous/toi>.",
        "Ce que <vous écrivez/tu écris> [nous inquiète|nous touche], et [<vous comptez/tu comptes>|<vous passez/tu passes> avant tout].",
        "[Merci de l'avoir dit|<Vous avez/Tu as> bien fait de le dire] ; nous [sommes inquiets|nous faisons du souci] pour <vous/toi>.",
        "[Tout le reste peut attendre|Le reste attendra] ; nous [sommes inquiets|nous faisons du souci] pour <vous/toi>.",
    ],
    care: "Si <vous pensez/tu penses> à <vous/te> faire du mal, <appelez/appelle> les secours ou <restez/reste> avec un proche de confiance.",
    sign: "– {team}",
    automatic: &[
        "(premier message automatique)",
        "(ce premier mot est automatique)",
        "(première réponse envoyée automatiquement)",
        "(un premier mot automatique)",
    ],
    times: Times {
        minutes: "{n} minutes",
        hour: ("une heure", "une heure et demie"),
        hours: ("{n} heures", "{n} heures et demie"),
        days: [
            "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
        ],
        clock: "{h}h{mm}",
        back: "{day} à {time}",
    },
    forbidden: &[
        (
            Rule::Selling,
            "offre|offres|promotion*|promo|réduction*|remise|acheter|achetez|gratuit*|abonnez*|premium|bonus|exclusif*|profitez|bon d'achat",
        ),
        (
            Rule::Arguing,
            "mais|cependant|toutefois|en fait|politique|règlement|conditions générales|malheureusement|techniquement|selon nos|calmez-vous|calme-toi",
        ),
        (
            Rule::Blaming,
            "vous auriez dû|tu aurais dû|votre faute|ta faute|votre erreur|ton erreur|vous avez oublié|tu as oublié|un tiers",
        ),
        (
            Rule::Promising,
            "promet*|promis|garanti*|résolu*|réglé*|rembours*|indemnis*|dédommag*|aujourd'hui|demain|immédiatement|tout de suite|au plus vite|dans les plus brefs délais|plus jamais|sans faute",
        ),
        (
            Rule::Admitting,
            "notre faute|notre erreur|nous reconnaissons|responsables|responsabilité|négligence|juridique*",
        ),
        (
            Rule::Filler,
            "désagrément*|gêne occasionnée|votre avis|vos retours|cher client|chère cliente|merci de votre patience|votre patience|ta patience|votre compréhension|veuillez|nous vous remercions|n'hésitez pas|excuses",
        ),
        (
            Rule::PrivateData,
            "numéro de commande|numéro de client|numéro client|numéro de dossier|numéro de réservation|numéro de téléphone|numéro de carte|votre adresse|ton adresse|adresse mail|e-mail|date de naissance|mot de passe|code postal|en mp|en dm|message privé|vos coordonnées|iban",
        ),
        (
            Rule::Instructing,
            "clique*|suivez-nous|suis-nous|partagez|partage|retweet*|répétez|répète|ignorez|ignore|visitez",
        ),
        (
            Rule::Slur,
            "con|conne|connard*|salope*|pute*|putain|merde|idiot*|imbécile*|débile*|crétin*|enculé*|abruti*",
        ),
    ],
    cues: Cues {
        place_after: "en gare de|à la gare de|à l'aéroport de|près de|à la station|aux abords de|à proximité de",
        place_loose: (
            "à|devant|vers",
            "paris|lyon|marseille|toulouse|nice|nantes|strasbourg|montpellier|bordeaux|lille|rennes|reims|toulon|grenoble|dijon|angers|nîmes|brest|limoges|tours|amiens|metz|perpignan|besançon|orléans|rouen|mulhouse|caen|nancy|avignon|poitiers|pau|calais|bruxelles|liège|namur|charleroi|genève|lausanne|fribourg|neuchâtel|roissy|orly|massy|versailles|cannes|annecy|chambéry|valence|niort|vannes|quimper|colmar|bayonne|biarritz|lorient|montréal|québec|londres|genève",
        ),
        place_between: ("", ""),
        place_words: 2,
        no_place: "noël|pâques|dieu|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|marie|jean|pierre|paul|jacques|michel|sophie|julie|camille|thomas|nicolas|julien|claire|anne|isabelle|nathalie|sylvie|françoise|monique|catherine|martine|christine|laurent|philippe|alain|bernard|patrick|david|kevin|mohamed|karim|fatima|léa|emma|lucas|hugo|louis|gabriel|madame|monsieur|mme|mr",
        numbers: &[
            "une|un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
            "onze", "douze",
        ],
        units: &[
            Unit {
                read: "minute|minutes|min|mn",
                one: "",
                two: "",
                many: "minutes",
                max: 300,
            },
            Unit {
                read: "heure|heures|h",
                one: "une heure",
                two: "",
                many: "heures",
                max: 96,
            },
            Unit {
                read: "jour|jours|j",
                one: "",
                two: "",
                many: "jours",
                max: 60,
            },
            Unit {
                read: "semaine|semaines",
                one: "une semaine",
                two: "",
                many: "semaines",
                max: 30,
            },
            Unit {
                read: "mois",
                one: "",
                two: "",
                many: "mois",
                max: 24,
            },
        ],
        lasting: "pendant {span}",
        span_after: "depuis|pendant|après|attend*|plus|bientôt|fait|déjà|bloqué*|coincé*|presque|durant",
        span_before: "d'attente|de|que|retard|sans|plus|maintenant|bloqué*",
        no_span_after: "a|dans|avant|sous",
        no_span: "ans|réservé*|vacances|séjour|client*|abonné*|location|loué*|sous|prochain*|prochaines|jusqu'à|garantie|gratuit*|par|chaque|voyage|payé*|ouvrés|ouvrables",
        details: &[
            Detail {
                of: &[],
                read: "insuline|médicament*|oxygène|dialyse|opération|hôpital|chimio*",
                say: "avec la santé de quelqu'un en jeu",
            },
            Detail {
                of: &[],
                read: "mariage|enterrement|obsèques|examen|entretien|loyer|échéance|visa",
                say: "avec autant en jeu",
            },
            Detail {
                of: &[],
                read: "aucune info*|pas d'info*|sans info*|personne ne nous dit|personne ne dit|aucune annonce|aucune explication|sans explication*|personne ne sait|zéro info*|aucune nouvelle",
                say: "sans aucune information",
            },
            Detail {
                of: TRAVEL,
                read: "sans eau|pas d'eau|rien à boire",
                say: "sans eau",
            },
            Detail {
                of: TRAVEL,
                read: "rien à manger|sans nourriture",
                say: "sans rien à manger",
            },
            Detail {
                of: TRAVEL,
                read: "enfant|enfants|bébé*|mon fils|ma fille|gamins|petits",
                say: "avec des enfants",
            },
            Detail {
                of: TRAVEL,
                read: "pas de toilettes|sans toilettes|wc",
                say: "sans toilettes",
            },
            Detail {
                of: TRAVEL,
                read: "chaleur|canicule|clim|climatisation|étouffe*",
                say: "par cette chaleur",
            },
            Detail {
                of: TRAVEL,
                read: "froid|gelé*|sans chauffage|pas de chauffage",
                say: "dans le froid",
            },
        ],
        and: " et ",
        things: &[
            Thing {
                of: &[Matter::Cancelled],
                read: "vol",
                say: "<votre/ton> vol",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "train|tgv|ter",
                say: "<votre/ton> train",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "bus|car",
                say: "<votre/ton> bus",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "rendez-vous|rdv",
                say: "<votre/ton> rendez-vous",
            },
            Thing {
                of: &[Matter::Money],
                read: "facture|facturé*",
                say: "<votre/ta> facture",
            },
            Thing {
                of: &[Matter::Money],
                read: "caution",
                say: "<votre/ta> caution",
            },
            Thing {
                of: &[Matter::Money],
                read: "virement",
                say: "<votre/ton> virement",
            },
            Thing {
                of: &[Matter::Money],
                read: "prélèvement|prélevé*|débité*",
                say: "ce prélèvement",
            },
            Thing {
                of: &[Matter::Money],
                read: "",
                say: "<votre/ton> argent",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "commande",
                say: "<votre/ta> commande",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "",
                say: "<votre/ton> colis",
            },
            Thing {
                of: &[Matter::Outage, Matter::Product],
                read: "appli|application|app",
                say: "l'appli",
            },
            Thing {
                of: &[Matter::Outage],
                read: "site",
                say: "le site",
            },
            Thing {
                of: &[Matter::Outage, Matter::Product],
                read: "internet|d'internet|l'internet|wifi|fibre|adsl",
                say: "<votre/ta> connexion",
            },
            Thing {
                of: &[Matter::Outage],
                read: "électricité|courant|d'électricité",
                say: "l'électricité",
            },
            Thing {
                of: &[Matter::Outage],
                read: "réseau",
                say: "le réseau",
            },
            Thing {
                of: &[Matter::Outage],
                read: "",
                say: "le service",
            },
            Thing {
                of: &[Matter::Product],
                read: "box|routeur",
                say: "<votre/ta> box",
            },
            Thing {
                of: &[Matter::Product],
                read: "ordinateur|portable|pc",
                say: "<votre/ton> ordinateur",
            },
            Thing {
                of: &[Matter::Product, Matter::Lost],
                read: "téléphone|smartphone",
                say: "<votre/ton> téléphone",
            },
            Thing {
                of: &[Matter::Product],
                read: "lave-linge|machine à laver",
                say: "<votre/ton> lave-linge",
            },
            Thing {
                of: &[Matter::Product],
                read: "frigo|réfrigérateur",
                say: "<votre/ton> frigo",
            },
            Thing {
                of: &[Matter::Product],
                read: "",
                say: "<votre/ton> achat",
            },
            Thing {
                of: &[Matter::Lost],
                read: "valise*",
                say: "<votre/ta> valise",
            },
            Thing {
                of: &[Matter::Lost],
                read: "bagages",
                say: "<vos/tes> bagages",
            },
            Thing {
                of: &[Matter::Lost],
                read: "sac",
                say: "<votre/ton> sac",
            },
            Thing {
                of: &[Matter::Lost],
                read: "portefeuille",
                say: "<votre/ton> portefeuille",
            },
            Thing {
                of: &[Matter::Lost],
                read: "",
                say: "<vos/tes> affaires",
            },
        ],
    },
};
