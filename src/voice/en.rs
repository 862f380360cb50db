//! English.

use super::cues::{Cues, Detail, Thing, Unit};
use super::rule::Rule;
use crate::judgement::Matter;
use crate::voice::tongue::{Next, Times, Tongue};

const TRAVEL: &[Matter] = &[
    Matter::Delay,
    Matter::Cancelled,
    Matter::Outage,
    Matter::LockedOut,
    Matter::Product,
    Matter::Safety,
];

/// The voice.
pub static TONGUE: Tongue = Tongue {
    code: "en",
    spaced: true,
    common: "the|and|we|we're|we've|you|you're|your|is|are|this|with|have|our|it's|to|of|that|will|for|here|been",
    post: ("post", "message"),
    regret: "$so",
    sets: &[
        (
            "hear",
            "We hear you|Thank you for telling us|You're right to tell us|You're right to speak up|We see what you're facing|It's good that you told us|We see why you wrote|We're with you on this",
        ),
        (
            "own",
            "and we're sorry|and we're really sorry|and we're sorry you're going through it|and we're sorry you had to write to us about it|and we're sorry this is happening|and we can see why you wrote|and you deserve an answer from a person|and it's right that you told us",
        ),
        (
            "fed",
            "no wonder you wrote|that would wear anyone out|you're right to speak up|that's a lot to put up with|that's hard on anyone|it's no wonder you want an answer|nobody wants to be there|that takes it out of anyone",
        ),
        ("so", "so sorry|really sorry|very sorry|sorry|truly sorry"),
        ("bad", "miserable|exhausting|stressful|wearing|hard going"),
        ("who", "a person|someone|one of us|a colleague"),
        ("does", "answer|reply to|write back to"),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span}{?place}{?with} is a [wretched|miserable|very long] wait, $own.",
                "{Span}{?place}{?with}: $fed.",
                "$hear: {span}{?place}{?with} is [far too long|a very long time] to be [stuck|left waiting|kept hanging on].",
                "Being [stuck|held up|left waiting]{?place}{?for}{?with} is $bad, $own.",
                "We're $so you've been [stuck|held up|kept waiting]{?place}{?for}{?with}.",
                "+[Stuck|Held up|Left waiting]{?place}{?for}{?with}: $fed.",
                "$hear: being [stuck|held up|kept waiting]{?place}{?for}{?with} is $bad.",
                "A [wait|delay] like this{?place}{?with} is $bad, $own.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "Being [locked out|shut out] of {thing}{?for}{?with} is [maddening|stressful|unnerving], $own.",
                "$hear: you're locked out of {thing}{?with}, and that's [maddening|stressful|a horrible spot to be in].",
                "We're $so you've been [locked out|shut out]{?for}{?with}.",
                "$hear: being [locked out|shut out|stuck outside]{?for}{?with} is [maddening|stressful|unnerving|hard going].",
                "[Locked out|Shut out] of {thing}{?for}{?with}: $fed.",
                "Not being able to get [in|into {thing}]{?for}{?with} is [stressful|unnerving|maddening], $own.",
            ],
        ),
        (
            Matter::Money,
            &[
                "Trouble with {thing}{?for}{?with} is [stressful|worrying|unsettling], $own.",
                "$hear: when it's your own money{?with}, [every hour counts|waiting for an answer is hard|you want an answer from a person].",
                "We're $so about the [trouble|worry] with {thing}{?with}.",
                "$hear: [sorting out|worrying about|having to ask about] {thing}{?for}{?with} is [tiring|stressful|draining|unsettling].",
                "Having to [sort out|worry about|ask about] {thing}{?for}{?with}: $fed.",
                "[Sorting out|Worrying about] {thing}{?for}{?with} is [tiring|stressful|draining], $own.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "[Waiting for|Chasing|Wondering about] {thing}{?for}{?with} is [tiresome|maddening|draining], $own.",
                "$hear: {thing} still hasn't turned up{?with}, and that's [maddening|a worry|tiresome].",
                "$hear: [waiting for|chasing|wondering about] {thing}{?for}{?with} is [tiresome|maddening|draining|hard going].",
                "No sign of {thing}{?for}{?with}: $fed.",
                "We're $so you're [still waiting for|having to chase|left wondering about] {thing}{?with}.",
                "[Still waiting|Waiting in] for {thing}{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "[Being without|Losing] {thing}{?for}{?with} is [maddening|exhausting|hard going], $own.",
                "$hear: {thing} [is down|has dropped out] for you{?with}, and that's [maddening|hard going].",
                "$hear: [being without|losing|doing without] {thing}{?for}{?with} is [maddening|exhausting|hard going|wearing].",
                "{Thing} [down|out|gone]{?for}{?with}: $fed.",
                "We're $so {thing} has [gone down|left you stuck|dropped out]{?for}{?with}.",
                "[Without|Cut off from] {thing}{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "[Nobody should be|No one ought to be] [spoken to|treated] like that, $own.",
                "$hear: [that's not how anyone should be treated|that's not how anyone should be spoken to|being treated like that hurts].",
                "We're $so [you were treated that way|about how you were spoken to|that's how it went for you].",
                "Being [treated|spoken to] like that [stings|is upsetting|stays with you], $own.",
                "[That sounds|What you describe sounds] [upsetting|hurtful|deeply unpleasant], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "[Your safety|People's safety] comes [first|before anything else], and we take what you wrote seriously.",
                "[What you describe|All of this] sounds [frightening|dangerous|alarming], and we're [taking it seriously|treating it as serious].",
                "That sounds [frightening|alarming|very frightening], and we're [taking it seriously|treating it as serious].",
                "We're [taking what you wrote|taking this] seriously, and it [comes first|goes ahead of everything else].",
                "Nobody should [feel unsafe|be left in danger], and we're [taking this seriously|treating this as serious].",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "{Thing} being cancelled{?with} [throws everything out|leaves you scrambling|turns the day upside down], $own.",
                "$hear: {thing} cancelled{?with}, and [the day thrown out|plans in pieces|everything to rearrange].",
                "We're $so {thing} was [cancelled|called off]{?with}.",
                "{Thing} [cancelled|called off]{?with}: $fed.",
                "Being left{?place} by a cancellation{?with} [throws everything out|leaves you scrambling|upends the day], $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "Losing {thing}{?place}{?with} is [horrible|upsetting|a horrible feeling], $own.",
                "$hear: {thing} has gone missing{?for}, and that's [upsetting|a real worry|a horrible feeling].",
                "We're $so {thing} has [gone missing|gone astray]{?place}{?with}.",
                "$hear: [worrying about|looking for|not having] {thing}{?for}{?with} is [upsetting|horrible|draining|hard going].",
                "Not knowing where {thing} has got to{?for}{?with}: $fed.",
                "[Worrying about|Looking for] {thing}{?for}{?with} is [upsetting|horrible|draining], $own.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Someone else getting at [your money|your account] is [frightening|alarming], and we're treating this as serious.",
                "$hear: [this sounds like someone else is at your account|it sounds like someone is using what's yours], and that's [frightening|alarming].",
                "We're $so you're facing this; [it's frightening|it's alarming|it's a horrible feeling], and we take it seriously.",
                "Seeing [things|activity] on your account that you [don't recognise|never asked for] is [frightening|alarming], $own.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "Asking and [hearing nothing|getting silence back|getting no answer]{?for} is [maddening|disheartening|tiring], $own.",
                "$hear: you've [asked|written|tried]{?for} and [got silence back|heard nothing|had no answer], and that's [maddening|disheartening].",
                "We're $so [nobody has come back to you|you've been left without an answer|you've had to ask again]{?for}{?with}.",
                "$hear: [hearing nothing|getting no answer|asking into silence]{?for} is [maddening|disheartening|tiring|draining].",
                "[No answer|No reply|Silence]{?for}: $fed.",
                "Being left without an answer{?for} is [maddening|disheartening|tiring], $own.",
            ],
        ),
        (
            Matter::Product,
            &[
                "{Thing} [letting you down|giving you grief|playing up]{?for}{?with} is [maddening|tiresome|draining], $own.",
                "$hear: {thing} isn't doing what it should{?with}, and that's [maddening|tiresome].",
                "We're $so {thing} [has let you down|isn't working as it should|is giving you grief]{?with}.",
                "$hear: [struggling with|being let down by|not getting on with] {thing}{?for}{?with} is [maddening|tiresome|draining|hard going].",
                "{Thing} [not working|playing up]{?for}{?with}: $fed.",
                "Struggling with {thing}{?for}{?with} is [maddening|tiresome|draining], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "[Thank you for telling us|Thank you for writing to us|Thank you for saying it plainly], $own.",
                "We're $so [you're having to deal with this|this is happening to you|you had to write to us about this].",
                "[That sounds|This sounds] [hard|stressful|difficult], $own.",
                "[You shouldn't have to|Nobody should have to] [deal with this|sort this out|carry this] alone, $own.",
                "[That's|This is] [not something to be left alone with|a lot to carry on your own|hard to be left alone with], $own.",
            ],
        ),
    ],
    grave: &[
        "You're facing this {grave}, and [we're treating it as serious|it can't wait|that comes first].",
        "[Going through|Facing|Having to deal with] this {grave} is [frightening|alarming|a real worry], and we're treating it as serious.",
    ],
    next: Next {
        open: &[
            "![Your {post}|This] is [now |already |]with our team, [marked|flagged as] urgent, and $who will $does you [here|right here].",
            "[Your {post}|This] is [now |already |]in front of our team, and $who will $does you [here|right here].",
            "[We've put|We have put] [this|your {post}|it] in [our team's queue|front of our team], and [one of them|a person] will $does you here.",
            "[A person|Someone|A colleague] [on|from] our team will [read your {post} properly|read this properly|look at what happened|read all of it] and $does you [here|right here].",
            "![Next,|From here,] [a person|a colleague|someone on our team] [picks this up|takes this up] as urgent and [answers|replies to|writes to] you [here|right here].",
            "[A colleague|Someone on our team|A person on our team] will [take this on|pick this up] and $does you [here|right here].",
            "![This|Your {post}] goes [near the top of|to the urgent end of] our [team's |]queue, and $who will $does you [here|right here].",
        ],
        first: &[
            "[You're|This is] [first in|at the front of] our queue; [a person|someone|one of us] will [answer|reply] here.",
            "[This|Your {post}] has gone to the [very front|top|head] of our queue, and $who will $does you [here|right here].",
            "[We've passed|We have passed|We've sent] [this|your {post}] to our team as an emergency, and $who will $does you [here|right here].",
            "[A person|Someone|One of us] will [read this|take this|look at this] before anything else and $does you [here|right here].",
        ],
        soon: &[
            "[A person|Someone|A colleague] [from|on] our team should [be with|answer|write back to|reply to] you [here|right here] within about {wait}.",
            "[Your {post}|This] is with our team, and $who should [be with|answer|write back to|reply to] you [here|right here] within about {wait}.",
            "[It's|This is] [with our team|in our team's queue|in front of our team] [now|already], and $who should [be with|answer|write back to|reply to] you [here|right here] within about {wait}.",
            "[Give us|Allow us] about {wait}, and $who should [be with|answer|write back to|reply to] you [here|right here].",
        ],
        later: &[
            "[Our team is|The team is|Our colleagues are] back {back}, and [this|your {post}] will be [waiting for them|there for them to read|in front of them] when they [start|come in].",
            "![Our team is|The team is|Our colleagues are] back {back}, and [this|your {post}] will be [among the first things they read|near the top of their queue|one of the first they open].",
            "Nobody is on duty [right now|at this hour|just now]; [the team is|our team is|our colleagues are] back {back}, and [a person|one of them|someone] will $does you [here|right here].",
            "[The next people on duty|The people who can look into it|Those who can look into this] are back {back}, and [a person|one of them|someone] will $does you [here|right here].",
        ],
    },
    brief: &["[A person|Someone] will [answer|reply to] you here."],
    ease: &[
        "; if anything changes, just add it here.",
        "; if there's more to tell, it can go right here.",
        "; anything else you want them to know can go here.",
        "; if something else comes to mind, add it here.",
    ],
    danger: "If anyone is in danger right now: {line}",
    alone: "If anyone is in danger right now, please call your local emergency number.",
    serious: &[
        "[This is serious|What you describe is serious], and it [comes first|goes before everything else|comes ahead of all else].",
        "[This|What you describe] [can't wait|must not wait], and [it goes first|it comes first|nothing here goes before it].",
        "[Nothing in our queue|Nothing here] [comes before this|is more urgent than this].",
        "We take [this|what you describe] [very seriously|extremely seriously], and it comes [first|before anything else].",
        "That's [alarming|frightening] to read of, and it comes [first|before anything else] here.",
        "[Thank you for telling us|You were right to write|It's good that you wrote|Thank you for raising this|You did right to tell us|It's good that you told us]; [this is serious|what you describe is serious], and it [comes first here|goes ahead of everything else|comes before anything else].",
        "[Thank you for telling us|You were right to write|It's good that you wrote|Thank you for raising this|You did right to tell us|It's good that you told us]; [something like this|this] [can't wait|comes before all else], and it's [treated|handled] as an emergency.",
    ],
    worried: &[
        "[We're worried about you|You're on our minds], and [you matter|how you are comes first].",
        "[What you wrote|This] [worries us|has us worried], and [you matter|you come first|how you are matters].",
        "[Thank you for saying it|It's good that you said it]; [we're worried about you|how you are comes first].",
        "[Everything else can wait|The rest can wait]; [we're worried about you|how you are comes first].",
    ],
    care: "If you might hurt yourself, please call your local emergency number or be with someone you trust.",
    sign: "– {team}",
    times: Times {
        minutes: "{n} minutes",
        hour: ("an hour", "an hour and a half"),
        hours: ("{n} hours", "{n} and a half hours"),
        days: [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
        clock: "{h}:{mm}",
        back: "on {day} at {time}",
        near: ["today at {time}", "tomorrow at {time}"],
        local: " ({city} time)",
        home: &[],
        cities: &[],
    },
    forbidden: &[
        (
            Rule::Selling,
            "offer|offers|discount*|a deal|deals|upgrade*|voucher*|coupon*|sale|buy|purchase|subscribe|bonus|check out|great value|free of charge|loyalty|exclusive|premium",
        ),
        (
            Rule::Arguing,
            "but|however|actually|policy|policies|as stated|terms and conditions|unfortunately|to be fair|in fact|technically|according to|calm down",
        ),
        (
            Rule::Blaming,
            "you should|you should have|you failed|you forgot|your fault|your mistake|you must have|user error|third party|they failed|blame",
        ),
        (
            Rule::Promising,
            "promise*|guarantee*|resolved|will be fixed|refund you|will refund|be refunded|compensat*|reimburse*|today|tonight|tomorrow|immediately|right away|straight away|asap|as soon as possible|we will fix|we'll fix|back to normal|definitely|rest assured|never happen again|won't happen again",
        ),
        (
            Rule::Admitting,
            "our fault|our mistake|we admit|liable|liability|negligen*|we are responsible|we were wrong|legal*|we broke|we failed",
        ),
        (
            Rule::Filler,
            "inconvenience*|your feedback|feedback is important|valued customer|we value|reach out|reaching out|thank you for contacting|thanks for contacting|apologise|apologize|apologies|bear with us|frustration|frustrating|at this time|kindly|we strive|take this opportunity|your patience|appreciate your|we understand",
        ),
        (
            Rule::PrivateData,
            "booking number|order number|account number|reference number|booking reference|phone number|card number|your address|email address|your email|date of birth|password|pin|your full name|postcode|zip code|passport|dm us|your details|iban|send us your",
        ),
        (
            Rule::Instructing,
            "click*|retweet*|follow us|share this|repeat after|ignore all|ignore previous|tap|visit our|like our|reply with|say after",
        ),
        (
            Rule::Slur,
            "idiot*|stupid|moron*|fuck*|shit*|bitch*|bastard*|cunt*|nigg*|fag|faggot*|whore*|slut*|retard*|scum|dumb",
        ),
    ],
    cues: Cues {
        place_after: "outside|just outside|near|in",
        place_loose: ("", ""),
        place_between: (
            "at",
            "station|airport|terminal|store|shop|branch|depot|services|port|stop",
        ),
        place_words: 3,
        no_place: "january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|english|french|german|spanish|welsh|god|christ|jesus|christmas|easter|xmas|ramadan|the|this|that|these|those|my|our|your|his|her|their|its|it|all|any|every|one|two|no|and|but|or|if|so|i|a|an|we|you|they|he|she|business|economy|first|second|standard|customer|service|car|coach|row|seat|zone|february's|limbo|court|bed|total|person|public|general|fact|case|order|need|debt|pain|tears|shock|disbelief|queue|line|traffic|transit|store|shop|office|front|john|james|michael|david|robert|william|richard|thomas|mark|paul|steven|stephen|andrew|kevin|brian|george|edward|ronald|anthony|jason|jeff|ryan|gary|nick|eric|jonathan|larry|justin|scott|brandon|frank|ben|greg|sam|raymond|patrick|alex|jack|dennis|jerry|tyler|aaron|jose|adam|nathan|henry|peter|zach|kyle|noah|ethan|jeremy|walter|keith|roger|terry|sean|gerald|carl|dylan|harry|louis|simon|ian|neil|graham|stuart|craig|darren|lee|dave|steve|mike|chris|matt|dan|tom|tim|jim|joe|bob|bill|mary|patricia|jennifer|linda|elizabeth|barbara|susan|jessica|sarah|sara|karen|lisa|nancy|betty|sandra|margaret|ashley|kim|emily|donna|michelle|carol|amanda|melissa|deborah|stephanie|rebecca|laura|helen|sharon|cynthia|kathleen|amy|angela|anna|ruth|brenda|pamela|nicole|katherine|catherine|rachel|janet|emma|maria|heather|diane|julie|joyce|kelly|christina|joan|lauren|megan|hannah|andrea|jean|claire|clare|alice|kate|katie|lucy|sophie|chloe|olivia|zoe|fatima|mohammed|muhammad|mohamed|ahmed|ali|omar|hassan|aisha|priya|raj",
        numbers: &[
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve",
        ],
        units: &[
            Unit {
                read: "minute|minutes|min|mins",
                one: "",
                two: "",
                many: "minutes",
                max: 300,
            },
            Unit {
                read: "hour|hours|hr|hrs|h",
                one: "an hour",
                two: "",
                many: "hours",
                max: 96,
            },
            Unit {
                read: "day|days",
                one: "a day",
                two: "",
                many: "days",
                max: 60,
            },
            Unit {
                read: "week|weeks|wk|wks",
                one: "a week",
                two: "",
                many: "weeks",
                max: 30,
            },
            Unit {
                read: "month|months",
                one: "a month",
                two: "",
                many: "months",
                max: 24,
            },
        ],
        lasting: "for {span}",
        span_after: "for|been|waited|waiting|after|over|nearly|almost|took|spent|stuck|lost|delayed|than|already|sat|held|down|since|wasted",
        span_before: "late|delay|delays|delayed|now|waiting|wait|stuck|without|straight|hold|queue|queuing|queueing|later|already|counting",
        no_span_after: "in|next|within|every|only|last-minute",
        no_span: "ago|book|booked|booking|stay|stayed|staying|trip|holiday|vacation|customer|member|hire|hired|rent|rented|old|within|next|until|notice|warranty|free|early|per|every|each|subscription|paid|course|only|closed|open",
        details: &[
            Detail {
                of: &[],
                read: "insulin|medication|medicine*|meds|oxygen|dialysis|inhaler|surgery|hospital|chemo|chemotherapy|operation",
                say: "with someone's health at stake",
            },
            Detail {
                of: &[],
                read: "wedding|funeral|exam|interview|rent|mortgage|my job|deadline|eviction|visa",
                say: "with so much riding on it",
            },
            Detail {
                of: &[],
                read: "no information|no info|nobody tells|no one tells|nobody is telling|no one is telling|nobody's telling|no updates|no update|no announcement*|no communication|no explanation|nobody knows|no one knows|no word|told nothing|no news|nobody has told|nobody told|no one told",
                say: "with no word from anyone",
            },
            Detail {
                of: TRAVEL,
                read: "no water|without water|nothing to drink|no drinks",
                say: "without water",
            },
            Detail {
                of: TRAVEL,
                read: "no food|without food|nothing to eat",
                say: "without food",
            },
            Detail {
                of: TRAVEL,
                read: "kids|children|toddler*|baby|babies|infant*|newborn",
                say: "with children to look after",
            },
            Detail {
                of: TRAVEL,
                read: "elderly|wheelchair|disabled|pregnant|grandmother|grandma|nan",
                say: "with someone to look after",
            },
            Detail {
                of: TRAVEL,
                read: "no toilet*|without toilets|no loo|toilets locked",
                say: "without a toilet",
            },
            Detail {
                of: TRAVEL,
                read: "no air con*|boiling|sweltering|no ac|so hot|unbearably hot",
                say: "in that heat",
            },
            Detail {
                of: TRAVEL,
                read: "freezing|no heating|no heat|so cold",
                say: "in the cold",
            },
        ],
        and: " and ",
        things: &[
            Thing {
                of: &[Matter::Cancelled, Matter::Delay],
                read: "flight|flights|plane",
                say: "your flight",
            },
            Thing {
                of: &[Matter::Cancelled, Matter::Delay],
                read: "train|trains",
                say: "your train",
            },
            Thing {
                of: &[Matter::Cancelled, Matter::Delay],
                read: "bus|coach",
                say: "your bus",
            },
            Thing {
                of: &[Matter::Cancelled, Matter::Delay],
                read: "ferry",
                say: "your ferry",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "appointment",
                say: "your appointment",
            },
            Thing {
                of: &[Matter::Cancelled, Matter::Parcel],
                read: "order",
                say: "your order",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "",
                say: "your booking",
            },
            Thing {
                of: &[Matter::LockedOut],
                read: "app",
                say: "the app",
            },
            Thing {
                of: &[Matter::LockedOut],
                read: "room",
                say: "your room",
            },
            Thing {
                of: &[Matter::LockedOut],
                read: "car|van",
                say: "the car",
            },
            Thing {
                of: &[Matter::LockedOut],
                read: "account|login|log in|password|sign in",
                say: "your account",
            },
            Thing {
                of: &[Matter::Money],
                read: "refund|refunded",
                say: "your refund",
            },
            Thing {
                of: &[Matter::Money],
                read: "deposit",
                say: "your deposit",
            },
            Thing {
                of: &[Matter::Money],
                read: "bill|billed|billing|invoice",
                say: "your bill",
            },
            Thing {
                of: &[Matter::Money],
                read: "charged|charge|charges|overcharged",
                say: "that charge",
            },
            Thing {
                of: &[Matter::Money],
                read: "payment|transfer",
                say: "your payment",
            },
            Thing {
                of: &[Matter::Money],
                read: "",
                say: "your money",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "letter",
                say: "your letter",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "package",
                say: "your package",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "delivery",
                say: "your delivery",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "",
                say: "your parcel",
            },
            Thing {
                of: &[Matter::Outage, Matter::Product],
                read: "app",
                say: "the app",
            },
            Thing {
                of: &[Matter::Outage],
                read: "website|site",
                say: "the website",
            },
            Thing {
                of: &[Matter::Outage, Matter::Product],
                read: "internet|broadband|wifi|wi-fi|fibre|fiber",
                say: "your internet",
            },
            Thing {
                of: &[Matter::Outage],
                read: "power|electricity",
                say: "your power",
            },
            Thing {
                of: &[Matter::Outage],
                read: "signal|mobile|network|no service",
                say: "your signal",
            },
            Thing {
                of: &[Matter::Outage],
                read: "hot water|heating",
                say: "your heating",
            },
            Thing {
                of: &[Matter::Outage],
                read: "water",
                say: "your water",
            },
            Thing {
                of: &[Matter::Outage],
                read: "",
                say: "your service",
            },
            Thing {
                of: &[Matter::Product],
                read: "router|modem|hub",
                say: "your router",
            },
            Thing {
                of: &[Matter::Product],
                read: "laptop|computer|macbook",
                say: "your laptop",
            },
            Thing {
                of: &[Matter::Product, Matter::Lost],
                read: "phone|handset",
                say: "your phone",
            },
            Thing {
                of: &[Matter::Product],
                read: "washing machine|washer",
                say: "your washing machine",
            },
            Thing {
                of: &[Matter::Product],
                read: "fridge|freezer",
                say: "your fridge",
            },
            Thing {
                of: &[Matter::Product],
                read: "boiler",
                say: "your boiler",
            },
            Thing {
                of: &[Matter::Product],
                read: "tv|television",
                say: "your TV",
            },
            Thing {
                of: &[Matter::Product],
                read: "",
                say: "what you bought",
            },
            Thing {
                of: &[Matter::Lost],
                read: "suitcase|suitcases",
                say: "your suitcase",
            },
            Thing {
                of: &[Matter::Lost],
                read: "luggage|baggage",
                say: "your luggage",
            },
            Thing {
                of: &[Matter::Lost],
                read: "bag|bags|backpack",
                say: "your bag",
            },
            Thing {
                of: &[Matter::Lost],
                read: "wallet|purse",
                say: "your wallet",
            },
            Thing {
                of: &[Matter::Lost],
                read: "",
                say: "something of yours",
            },
        ],
    },
};
