//! French: vous or tu by the brand, and a space before the colon.

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
    code: "fr",
    spaced: true,
    common: "et|nous|vous|le|la|les|est|une|un|des|de|que|qui|pour|avec|sans|ici|votre|tu|ton|ta|te|sommes|désolés|notre|équipe|personne|cette|ce|ça|dans|son|c'est|ne|pas|il|y|à|être|pendant|tout|cela|du|au|en|d'attente|heures|plus|on",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "Merci de nous l'avoir dit|Merci de l'avoir signalé|Merci d'avoir écrit|Merci de nous avoir alertés|<Vous avez/Tu as> bien fait d'écrire|<Vous faites/Tu fais> bien de le dire",
        ),
        (
            "own",
            "et nous en sommes désolés|et nous le regrettons|et nous en sommes vraiment navrés|et nous le regrettons sincèrement|et nous en sommes sincèrement désolés|et nous sommes désolés que cela <vous /t'>arrive|et nous regrettons cette situation|et cela nous désole",
        ),
        (
            "fed",
            "<vous avez/tu as> raison d'écrire|cela demande une réponse|cela mérite une réponse|une réponse <vous /t'>est due|il est normal de demander une réponse|il fallait le dire|quelqu'un doit s'en occuper|cela ne peut pas rester sans réponse",
        ),
        ("so", "vraiment|sincèrement|profondément|très"),
        ("bad", "long|dur|difficile|éprouvant|pénible"),
        (
            "who",
            "une personne|quelqu'un de chez nous|un membre de l'équipe|quelqu'un de l'équipe",
        ),
        (
            "does",
            "<vous/te> répondra ici|<vous/te> donnera une réponse ici|<vous /t'>écrira ici|reviendra vers <vous/toi> ici",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span} d'attente{?place}{?with}, c'est [très long|long|beaucoup], $own.",
                "{Span} d'attente{?place}{?with}, c'est [très long|long|beaucoup], et $fed.",
                "$hear ; {span} d'attente{?place}{?with}, c'est [très long|long|beaucoup].",
                "Nous sommes $so désolés [de cette attente|que l'attente soit si longue|que <vous attendiez/tu attendes> encore|de ce retard].",
                "$hear ; nous sommes $so désolés [de cette attente|de ce retard|que <vous attendiez/tu attendes> encore].",
                "Nous regrettons [cette attente|ce retard|que l'attente dure ainsi], et $fed.",
                "[Attendre ainsi|Rester à attendre|Ne pas pouvoir avancer]{?place}{?for}{?with}, c'est $bad, $own.",
                "[Attendre ainsi|Rester à attendre|Ne pas pouvoir avancer]{?place}{?for}{?with}, c'est $bad, et $fed.",
                "[Une telle attente|Une attente pareille|Un tel retard], c'est $bad, $own.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} sans accès{?with}, c'est [très long|long|beaucoup], $own.",
                "{Span} sans accès{?with}, c'est [très long|long|beaucoup], et $fed.",
                "[Se retrouver sans accès|Rester sans accès|Perdre son accès]{?with}, c'est [stressant|inquiétant|difficile|pénible], $own.",
                "[Rester sans accès|Être privé d'accès]{?for}{?with}, c'est [stressant|inquiétant|difficile|pénible], et $fed.",
                "Nous sommes $so désolés [de <vous/te> savoir sans accès|que <vous n'ayez/tu n'aies> plus accès|de ce problème d'accès].",
                "$hear ; nous sommes $so désolés [de <vous/te> savoir sans accès|que <vous n'ayez/tu n'aies> plus accès|de ce problème d'accès].",
                "Nous regrettons [ce problème d'accès|que l'accès ne marche plus], et $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} à attendre pour une question d'argent, c'est [très long|long|beaucoup], $own.",
                "{Span} à attendre pour une question d'argent, c'est [très long|long|beaucoup], et $fed.",
                "[S'inquiéter pour son argent|Devoir réclamer son argent|Ne pas savoir où est son argent]{?with}, c'est [stressant|inquiétant|difficile], $own.",
                "Quand il s'agit de son argent, [chaque heure compte|attendre est difficile|on a besoin d'une réponse claire|on ne peut pas rester sans réponse], $own.",
                "Nous sommes $so désolés [du problème avec {thing}|de ce qui se passe avec {thing}|du souci que cause {thing}].",
                "$hear ; nous sommes $so désolés [du problème avec {thing}|de ce qui se passe avec {thing}].",
                "Un problème avec {thing}, c'est [sérieux|inquiétant|stressant], et $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span} à attendre {thing}, c'est [très long|long|beaucoup], $own.",
                "{Span} à attendre {thing}, c'est [très long|long|beaucoup], et $fed.",
                "[Attendre|Devoir chercher|Attendre encore] {thing}{?for}, c'est [difficile|pénible|long], $own.",
                "Nous sommes $so désolés que {thing} ne soit [toujours pas là|pas encore là].",
                "$hear ; nous sommes $so désolés que {thing} ne soit [toujours pas là|pas encore là].",
                "Nous regrettons que {thing} ne soit [toujours pas là|pas encore là], et $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} de [coupure|panne]{?with}, c'est [très long|long|beaucoup], $own.",
                "{Span} de [coupure|panne]{?with}, c'est [très long|long|beaucoup], et $fed.",
                "[Subir une coupure|Subir une panne|Vivre une panne]{?for}{?with}, c'est [difficile|pénible|très gênant|éprouvant], $own.",
                "Nous sommes $so désolés que {thing} ne [marche|fonctionne] [plus|pas].",
                "$hear ; nous sommes $so désolés que {thing} ne [marche|fonctionne] [plus|pas].",
                "Nous regrettons que {thing} ne [marche|fonctionne] [plus|pas], et $fed.",
                "[Une telle panne|Une panne pareille|Une coupure pareille], c'est [difficile|pénible|très gênant], $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Personne ne devrait être [traité|reçu|accueilli] ainsi, $own.",
                "Personne ne devrait être [traité|reçu|accueilli] ainsi, et $fed.",
                "$hear ; [personne ne devrait être traité ainsi|personne ne devrait s'entendre parler ainsi|une telle attitude est blessante].",
                "Nous sommes $so désolés [de cette attitude|de cet accueil|que cela se soit passé ainsi].",
                "$hear ; nous sommes $so désolés [de cette attitude|de cet accueil|que cela se soit passé ainsi].",
                "[Une telle attitude|Une attitude pareille] est [blessante|humiliante|difficile à accepter], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "[<Votre/Ta> sécurité|La sécurité] passe [avant tout|en premier], et nous prenons cela [très |]au sérieux.",
                "$hear ; [c'est inquiétant|cela a l'air dangereux|il s'agit de sécurité], et [cela passe avant tout|cela passe en premier].",
                "Ce que <vous décrivez/tu décris> est [inquiétant|effrayant|alarmant], et nous le prenons [très |]au sérieux.",
                "Personne ne devrait [se sentir en danger|avoir peur ainsi|rester en danger], et nous prenons cela [très |]au sérieux.",
                "Nous sommes $so désolés [de ce qui se passe|de cette situation] ; la sécurité passe [avant tout|en premier].",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "Nous sommes $so désolés [de cette annulation|que {thing} soit annulé].",
                "$hear ; nous sommes $so désolés [de cette annulation|que {thing} soit annulé].",
                "Nous sommes $so désolés [de cette annulation|de ce contretemps|de ce que cette annulation entraîne].",
                "$hear ; nous sommes $so désolés [de cette annulation|de ce que cette annulation entraîne].",
                "Nous regrettons [cette annulation|ce que cette annulation entraîne], et $fed.",
                "Se retrouver [sans solution|devant une annulation|avec tout à refaire]{?with}, c'est $bad, $own.",
                "[Une annulation|Une telle annulation] a des conséquences, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} sans nouvelles de {thing}, c'est [très long|long|beaucoup], $own.",
                "{Span} sans nouvelles de {thing}, c'est [très long|long|beaucoup], et $fed.",
                "[Perdre|Devoir chercher|Ne pas retrouver] {thing}{?place}, c'est [éprouvant|difficile|vraiment dur], $own.",
                "Nous sommes $so désolés [pour {thing}|de cette perte|que rien n'ait été retrouvé].",
                "$hear ; nous sommes $so désolés [pour {thing}|de cette perte|que rien n'ait été retrouvé].",
                "Ne pas savoir où se trouve ce que l'on a perdu, c'est [éprouvant|difficile|inquiétant], et $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "[Voir quelqu'un utiliser son compte|Savoir son compte entre d'autres mains], c'est [effrayant|alarmant|très inquiétant], $own.",
                "$hear ; [cela ressemble à une fraude|une fraude, c'est sérieux|un soupçon de fraude, c'est sérieux], et nous le prenons [très |]au sérieux.",
                "Nous sommes $so désolés de ce qui <vous /t'>arrive ; c'est [grave|sérieux|alarmant|très inquiétant].",
                "$hear ; nous sommes $so désolés de ce qui <vous /t'>arrive.",
                "[Une fraude|Un soupçon de fraude], c'est [effrayant|alarmant|sérieux|grave|très inquiétant], $own.",
                "[Une fraude|Un soupçon de fraude], c'est [effrayant|alarmant|sérieux|grave|très inquiétant], et $fed.",
                "[Cela ressemble à une fraude|Il semble s'agir d'une fraude], et nous prenons cela [très |]au sérieux.",
                "Quelqu'un [toucherait à|se servirait de] <votre/ton> compte, et [c'est grave|c'est alarmant|c'est très inquiétant].",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} sans [réponse|nouvelles|retour], c'est [très long|long|beaucoup], $own.",
                "{Span} sans [réponse|nouvelles|retour], c'est [très long|long|beaucoup], et $fed.",
                "[Écrire et ne rien recevoir|Demander et ne rien entendre|Rester sans réponse]{?for}, c'est [décourageant|difficile|pénible], $own.",
                "[Écrire et ne rien recevoir|Demander et ne rien entendre|Rester sans réponse]{?for}, c'est [décourageant|difficile|pénible], et $fed.",
                "Nous sommes $so désolés [de ce silence|que personne ne <vous /t'>ait répondu|que <vous ayez/tu aies> dû redemander].",
                "$hear ; nous sommes $so désolés [de ce silence|que personne ne <vous /t'>ait répondu|que <vous ayez/tu aies> dû redemander].",
            ],
        ),
        (
            Matter::Product,
            &[
                "Quand {thing} ne [marche pas|fonctionne pas|répond plus], c'est [difficile|pénible|très gênant], $own.",
                "Quand {thing} ne [marche pas|fonctionne pas|répond plus], c'est [difficile|pénible|très gênant], et $fed.",
                "Nous sommes $so désolés que {thing} ne [marche|fonctionne] [pas comme il faut|pas bien|plus].",
                "$hear ; nous sommes $so désolés que {thing} ne [marche|fonctionne] [pas comme il faut|pas bien|plus].",
                "[Se battre|Devoir se battre] avec {thing}{?for}, c'est [difficile|pénible|usant], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "Nous sommes $so désolés [de ce que <vous vivez/tu vis>|d'apprendre cela|de cette situation|que cela <vous /t'>arrive].",
                "$hear ; nous sommes $so désolés [de ce que <vous vivez/tu vis>|de cette situation|que cela <vous /t'>arrive].",
                "[Cela|Tout cela] a l'air [sérieux|difficile|grave], et nous prenons cela [très |]au sérieux.",
                "$hear ; [cela|tout cela] a l'air [sérieux|difficile|grave].",
                "$hear, et nous prenons cela [très |]au sérieux.",
                "Nous regrettons [ce que <vous vivez/tu vis>|cette situation|que cela <vous /t'>arrive], et [nous prenons cela au sérieux|quelqu'un doit s'en occuper].",
            ],
        ),
    ],
    grave: &[
        "$hear ; [vivre|traverser|devoir affronter] cela {grave}, c'est [effrayant|très inquiétant|grave], et nous prenons cela au sérieux.",
        "[Vivre|Traverser|Devoir affronter] cela {grave}, c'est [effrayant|très inquiétant|grave], et nous prenons cela [très |]au sérieux.",
    ],
    next: Next {
        open: &[
            "!<Votre/Ton> message est [maintenant|déjà|désormais] dans [notre file|la file de l'équipe], [marqué urgent|parmi les urgences], et $who $does.",
            "Nous avons [transmis|confié] [cela|<votre/ton> message] à [notre |l']équipe, et $who $does.",
            "[Une personne|Quelqu'un] de [notre |l']équipe va [lire <votre/ton> message|lire cela en entier|en prendre connaissance], puis $does.",
            "[Maintenant|Ensuite|À partir de maintenant], [une personne|quelqu'un] de [notre |l']équipe prend le relais et $does.",
            "!C'est [signalé comme urgent|placé parmi les urgences] dans [notre file|la file de l'équipe], et $who $does.",
            "<Votre/Ton> message est [bien |]dans [notre file|la file de l'équipe], et $who $does.",
        ],
        first: &[
            "<Votre/Ton> message passe [avant les autres|en premier|en tête] ; [une personne|quelqu'un|un collègue] <vous/te> répondra ici.",
            "<Votre/Ton> message est passé [tout en haut|en tête|au tout début] de [notre|la] file, et $who $does.",
            "Nous avons [signalé|transmis] [cela|<votre/ton> message] à [notre |l']équipe en urgence, et $who $does.",
            "[Une personne|Quelqu'un] de [notre |l']équipe va lire cela [avant tout le reste|en tout premier|avant toute autre chose], puis $does.",
            "C'est [maintenant|désormais] [tout en haut|en tête|au tout début] de [notre|la] file, et $who $does.",
        ],
        soon: &[
            "[Une personne|Quelqu'un] de [notre |l']équipe devrait <vous/te> [répondre|écrire] ici [d'ici|dans] environ {wait}.",
            "<Votre/Ton> message est [maintenant|déjà|désormais] dans [notre file|la file de l'équipe], et $who devrait <vous/te> [répondre|écrire] ici [d'ici|dans] environ {wait}.",
            "[Comptez|Il faut compter] environ {wait}, et $who devrait <vous/te> [répondre|écrire] ici.",
            "Nous avons [transmis|confié] [cela|<votre/ton> message] à [notre |l']équipe ; $who devrait <vous/te> [répondre|écrire] ici [d'ici|dans] environ {wait}.",
        ],
        later: &[
            "[Notre équipe|L'équipe] est de retour {back}, et <votre/ton> message [l'attendra|sera dans sa file|sera là].",
            "![Notre équipe|L'équipe] est de retour {back}, et <votre/ton> message sera parmi les premiers [lus|ouverts].",
            "[En ce moment|À cette heure|Pour l'instant], personne n'est de service ; [notre équipe|l'équipe] revient {back}, et $who $does.",
            "[Notre équipe|L'équipe] [revient|est de retour|reprend] {back}, et $who $does.",
            "Nous avons [transmis|confié] [cela|<votre/ton> message] à [notre |l']équipe, de retour {back} ; $who $does.",
        ],
    },
    brief: &["[Une personne|Quelqu'un] <vous/te> répondra ici."],
    ease: &[
        " ; si quelque chose change, <dites-le-nous/dis-le-nous> ici.",
        " ; <vous pouvez/tu peux> compléter ici à tout moment.",
        " ; s'il manque quelque chose, <ajoutez-le/ajoute-le> ici.",
    ],
    danger: "Si quelqu'un est en danger maintenant : {line}",
    alone: "Si quelqu'un est en danger en ce moment, appelez les secours, au 112.",
    serious: &[
        "[C'est grave|C'est très grave|La situation est grave], et nous [la traitons comme telle|le prenons très au sérieux].",
        "[Ce que vous décrivez|Une telle situation] ne peut pas attendre, et [cela passe avant tout le reste|ce sera traité en premier].",
        "Rien [n'est plus urgent|ne passe avant cela] pour nous [en ce moment|à cet instant].",
        "Nous prenons [cela|ce que vous décrivez] [très|extrêmement] au sérieux, et [cela passe en premier|cela passe avant tout].",
        "[Merci de l'avoir signalé|<Vous avez/Tu as> bien fait de l'écrire|<Vous avez/Tu as> bien fait de nous le dire|Merci de nous avertir|<Vous faites/Tu fais> bien d'écrire|Merci pour ce signalement] ; [c'est grave|c'est très grave|la situation est grave], et [cela passe en premier|cela passe avant tout|rien ne passe avant].",
        "[Merci de l'avoir signalé|<Vous avez/Tu as> bien fait de l'écrire|<Vous avez/Tu as> bien fait de nous le dire|Merci de nous avertir|<Vous faites/Tu fais> bien d'écrire|Merci pour ce signalement] ; [une telle situation|ce genre de situation] [ne peut pas attendre|n'attend pas], et [c'est traité|nous le traitons] comme une urgence.",
        "[Merci de l'avoir signalé|<Vous avez/Tu as> bien fait de l'écrire|<Vous avez/Tu as> bien fait de nous le dire|Merci de nous avertir|<Vous faites/Tu fais> bien d'écrire|Merci pour ce signalement] ; [rien n'est plus urgent|rien ne compte davantage] [en ce moment|à cet instant|ici].",
    ],
    worried: &[
        "<Vos/Tes> mots comptent, et nous [sommes inquiets|nous faisons du souci] pour <vous/toi>.",
        "Ce que <vous écrivez/tu écris> [nous inquiète|nous touche], et [<vous comptez/tu comptes>|<vous passez/tu passes> avant tout].",
        "[Merci de l'avoir dit|<Vous avez/Tu as> bien fait de le dire] ; nous [sommes inquiets|nous faisons du souci] pour <vous/toi>.",
        "[Tout le reste peut attendre|Le reste attendra] ; nous [sommes inquiets|nous faisons du souci] pour <vous/toi>.",
    ],
    care: "Si <vous pensez/tu penses> à <vous/te> faire du mal, <appelez/appelle> les secours ou <restez/reste> avec un proche de confiance.",
    sign: "– {team}",
    times: Times {
        minutes: "{n} minutes",
        hour: ("une heure", "une heure et demie"),
        hours: ("{n} heures", "{n} heures et demie"),
        days: [
            "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
        ],
        clock: "{h}h{mm}",
        back: "{day} à {time}",
        near: ["aujourd'hui à {time}", "demain à {time}"],
        local: " (heure de {city})",
        home: &[],
        cities: &[
            ("London", "Londres"),
            ("Brussels", "Bruxelles"),
            ("Lisbon", "Lisbonne"),
            ("Vienna", "Vienne"),
            ("Warsaw", "Varsovie"),
        ],
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
                say: "quand la santé de quelqu'un est en jeu",
            },
            Detail {
                of: &[],
                read: "mariage|examen|entretien|loyer|échéance|visa",
                say: "avec une échéance aussi importante",
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
