//! Spanish: usted or tú by the brand; words that both shores of the Atlantic read alike.

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
    code: "es",
    spaced: true,
    common: "y|no|a|hace|ya|muy|del|al|que|el|la|los|las|de|en|es|un|una|con|sin|para|por|su|tu|le|te|lo|nos|sentimos|equipo|aquí|persona|nuestro|esto|cualquiera|alguien|se",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "<Le/Te> escuchamos|<Le/Te> leemos|Nos ha llegado|<Su/Tu> mensaje ya está con nosotros|Vemos lo que pasa|Recibido|Lo tenemos delante|Lo tomamos en serio",
        ),
        (
            "own",
            "y lo sentimos|y lo sentimos mucho|y lo lamentamos|y entendemos el enfado|y sentimos que haya llegado a esto|y en <su/tu> lugar diríamos lo mismo|y sentimos leer esto|y de verdad lo lamentamos",
        ),
        (
            "fed",
            "es normal estar harto|es para enfadarse|cualquiera perdería la paciencia|<su/tu> enfado se entiende|eso agota a cualquiera|hay motivos para protestar|<hace/haces> bien en decirlo|es mucho pedir a cualquiera",
        ),
        ("so", "muchísimo|de verdad|sinceramente|mucho"),
        ("bad", "agotador|desesperante|muy pesado|duro|una faena"),
        (
            "who",
            "una persona|alguien del equipo|una persona del equipo|alguien de los nuestros",
        ),
        (
            "does",
            "<le/te> responderá aquí|<le/te> escribirá aquí|<le/te> contestará aquí|<le/te> dará respuesta aquí",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span} de espera{?place}{?with}: $fed.",
                "{Span} de espera{?place}{?with} [es muchísimo|se hace eterno|es demasiado], $own.",
                "$hear: {span} de espera{?place}{?with} [es muchísimo|se hace eterno|es demasiado].",
                "Sentimos $so la espera{?place}{?with}.",
                "[Esperar así|Seguir sin avanzar|Verse en medio de un retraso]{?place}{?for}{?with} es $bad, $own.",
                "$hear: [esperar así|seguir sin avanzar|verse en medio de un retraso]{?place}{?for}{?with} es $bad.",
                "Un retraso así{?place}{?with}: $fed.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} sin acceso{?with}: $fed.",
                "[Quedarse sin acceso|Quedarse fuera|No poder entrar]{?for}{?with} es [estresante|desesperante|muy pesado|agobiante], $own.",
                "$hear: [quedarse sin acceso|quedarse fuera|no poder entrar]{?for}{?with} es [estresante|desesperante|muy pesado|agobiante].",
                "Sentimos $so que [no <pueda/puedas> entrar|se <haya/hayas> quedado fuera|<esté/estés> sin acceso]{?with}.",
                "+[Sin acceso|Sin poder entrar]{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} detrás de {thing}: $fed.",
                "[Andar detrás de|Preocuparse por|Tener que reclamar] {thing}{?for}{?with} es [estresante|desesperante|muy pesado], $own.",
                "$hear: [andar detrás de|preocuparse por|tener que reclamar] {thing}{?for}{?with} es [estresante|desesperante|muy pesado].",
                "$hear: cuando se trata del propio dinero, [cada hora cuenta|esperar cuesta|hace falta una respuesta clara].",
                "Sentimos $so el [problema|disgusto] con {thing}{?with}.",
                "Un problema con {thing}{?with}: $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span} esperando {thing}: $fed.",
                "[Esperar|Buscar|Seguir esperando] {thing}{?for}{?with} es [desesperante|muy pesado|agotador], $own.",
                "$hear: [esperar|buscar|seguir esperando] {thing}{?for}{?with} es [desesperante|muy pesado|agotador].",
                "Sentimos $so que {thing} [siga sin llegar|aún no haya llegado|no aparezca]{?with}.",
                "Ni rastro de {thing}{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} [de corte|sin servicio]{?with}: $fed.",
                "Quedarse sin {thing}{?for}{?with} es [desesperante|muy pesado|agotador|complicado], $own.",
                "$hear: quedarse sin {thing}{?for}{?with} es [desesperante|muy pesado|agotador|complicado].",
                "Sentimos $so que <esté/estés> sin {thing}{?with}.",
                "[Sin|Otra vez sin] {thing}{?for}{?with}: $fed.",
                "Un corte así{?with} es [desesperante|muy pesado|agotador|complicado], $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Nadie debería [recibir ese trato|ser tratado así|oír algo así], $own.",
                "$hear: [nadie debería recibir ese trato|nadie debería ser tratado así|un trato así duele].",
                "Sentimos $so [el trato que <cuenta/cuentas>|cómo <le/te> hablaron|cómo <le/te> trataron].",
                "[Recibir ese trato|Que a uno le hablen así] [duele|es humillante|deja mal cuerpo], $own.",
                "Lo que <cuenta/cuentas> [duele|suena muy desagradable|suena humillante], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "<Su/Tu> seguridad [va primero|está por encima de todo], y lo tomamos [muy |]en serio.",
                "$hear: [eso suena peligroso|eso asusta|se trata de la seguridad], y [va primero|está por encima de todo].",
                "Lo que <cuenta/cuentas> suena [peligroso|alarmante|muy inquietante], y lo tomamos [muy |]en serio.",
                "Nadie debería [sentirse en peligro|pasar miedo así|verse en peligro], y lo tomamos [muy |]en serio.",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "{Thing} [cancelado|suspendido]{?place}: $fed.",
                "Una cancelación{?place}{?with} [lo trastoca todo|tira el día por la borda|obliga a rehacer todo], $own.",
                "$hear: una cancelación{?place}{?with} [lo trastoca todo|tira el día por la borda|obliga a rehacer todo].",
                "Sentimos $so la cancelación{?place}{?with}.",
                "Quedarse [sin plan|en tierra|con todo por rehacer]{?place}{?with} es $bad, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} sin saber de {thing}: $fed.",
                "[Perder|Buscar|No encontrar] {thing}{?place}{?with} es [angustioso|muy duro|un mal trago], $own.",
                "$hear: [perder|buscar|no encontrar] {thing}{?place}{?with} es [angustioso|muy duro|un mal trago].",
                "Sentimos $so lo de {thing}{?with}.",
                "No saber dónde está {thing}{?with}: $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Que otra persona toque [<su/tu> dinero|<su/tu> cuenta] [asusta|es alarmante|es muy inquietante], y lo tomamos en serio.",
                "$hear: parece que otra persona anda en <su/tu> cuenta, y eso [asusta|es alarmante|es muy inquietante].",
                "Sentimos $so lo que <le/te> está pasando; [asusta|es alarmante|es muy inquietante], y lo tomamos en serio.",
                "Ver movimientos que uno no ha hecho [asusta|es alarmante|es muy inquietante], $own.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} sin [respuesta|noticias]: $fed.",
                "[Preguntar y no oír nada|Escribir y no recibir nada|Quedarse sin respuesta]{?for} [desanima|es desesperante|cansa mucho], $own.",
                "$hear: [preguntar y no oír nada|escribir y no recibir nada|quedarse sin respuesta]{?for} [desanima|es desesperante|cansa mucho].",
                "Sentimos $so [este silencio|que nadie <le/te> haya contestado|que <haya/hayas> tenido que insistir].",
                "+[Sin respuesta|Sin noticias|Silencio]{?for}: $fed.",
            ],
        ),
        (
            Matter::Product,
            &[
                "{Thing} sin funcionar{?for}{?with}: $fed.",
                "Que {thing} [no funcione|dé guerra|falle]{?with} es [desesperante|muy pesado|agotador], $own.",
                "$hear: {thing} [no hace lo que debe|da guerra|falla], y eso es [desesperante|muy pesado|agotador].",
                "Sentimos $so que {thing} [no funcione|dé guerra|falle]{?with}.",
                "[Pelearse|Lidiar] con {thing}{?for} es [desesperante|muy pesado|agotador], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "[Eso suena|Todo eso suena] [duro|agotador|estresante|muy pesado], $own.",
                "Sentimos $so [que haya llegado a esto|lo que está pasando|que <haya/hayas> tenido que escribir esto].",
                "$hear: $fed.",
                "[Pasar por esto|Tener que lidiar con esto|Vivir esto]{?place}{?for}{?with} es $bad, $own.",
                "$hear: [eso suena|todo eso suena] [duro|agotador|estresante|muy pesado].",
            ],
        ),
    ],
    grave: &[
        "$hear: [pasar por|vivir] esto {grave} [asusta|es muy inquietante|es angustioso], y lo tomamos en serio.",
        "[Pasar por|Vivir|Afrontar] esto {grave} [asusta|es muy inquietante|es angustioso], y lo tomamos en serio.",
    ],
    next: Next {
        open: &[
            "!<Su/Tu> mensaje está [ya|ahora] en manos [de nuestro|del] equipo, marcado como urgente, y $who $does.",
            "Lo hemos [pasado|entregado|llevado] a [nuestro equipo|quienes pueden verlo|la gente que puede mirarlo], y $who $does.",
            "[Una persona|Alguien] de nuestro equipo lo va a [leer entero|leer con calma|mirar a fondo] y $does.",
            "[A partir de ahora|Desde este momento|Ahora] se ocupa [una persona|alguien] de nuestro equipo, que $does.",
            "!Queda [marcado como urgente|entre lo urgente|señalado como urgente] para [nuestro equipo|el equipo], y $who $does.",
            "[Una persona|Alguien] de nuestro equipo [toma el relevo|se hace cargo|se pone con ello] y $does.",
        ],
        first: &[
            "Esto va [lo primero|en primer lugar]; [una persona|alguien] [responderá|contestará] aquí.",
            "<Su/Tu> mensaje ha pasado [al primer lugar|al principio|a la cabeza|al primer puesto] de [nuestra|la] cola, y $who $does.",
            "Lo hemos [pasado|entregado|llevado|señalado] [a nuestro|al] equipo como [emergencia|una emergencia], y $who $does.",
            "[Una persona|Alguien] de nuestro equipo lo va a [leer|mirar|ver] antes que nada y $does.",
        ],
        soon: &[
            "[Una persona|Alguien] de nuestro equipo debería [responder<le/te>|escribir<le/te>|contestar<le/te>] aquí en cosa de {wait}.",
            "En cosa de {wait}, $who debería [responder<le/te>|escribir<le/te>|contestar<le/te>|dar<le/te> respuesta] [aquí|aquí mismo].",
            "<Su/Tu> mensaje está [ya|ahora] [con|en manos de|delante de] nuestro equipo, y $who debería [responder<le/te>|escribir<le/te>|contestar<le/te>] aquí en cosa de {wait}.",
            "[Calculamos|Contamos con|Prevemos] [cerca de|alrededor de] {wait} hasta que $who pueda [responder<le/te>|escribir<le/te>|contestar<le/te>] aquí.",
            "Lo hemos [pasado|entregado|llevado] a nuestro equipo; $who debería [responder<le/te>|escribir<le/te>|contestar<le/te>] aquí en cosa de {wait}.",
        ],
        later: &[
            "[Nuestro|El] equipo vuelve {back}, y <su/tu> mensaje [les estará esperando|estará ahí|estará delante de ellos].",
            "![Nuestro|El] equipo vuelve {back}, y <su/tu> mensaje será [de los primeros que lean|de los primeros en abrirse].",
            "[Ahora mismo|A esta hora|En este momento] no hay nadie de guardia; [nuestro|el] equipo vuelve {back}, y $who $does.",
            "[Nuestro|El] equipo [vuelve|está de vuelta|regresa] {back}, y $who $does.",
            "Lo hemos [pasado|dejado] [a nuestro|al] equipo, que vuelve {back}; $who $does.",
        ],
    },
    brief: &["[Una persona|Alguien] <le/te> responderá aquí."],
    ease: &[
        "; si algo cambia, <añádalo/añádelo> aquí.",
        "; no hace falta que <vuelva/vuelvas> a escribir.",
        "; lo que falte se puede añadir aquí.",
    ],
    danger: "Si alguien está en peligro ahora: {line}",
    worried: &[
        "Tenemos <sus/tus> palabras delante y [nos preocupa cómo <está/estás>|estamos preocupados por <usted/ti>].",
        "Lo que <escribe/escribes> [nos preocupa|nos importa], y [<usted importa/tú importas>|lo primero es cómo <está/estás>].",
        "[Gracias por decirlo|<Ha/Has> hecho bien en decirlo]; [nos preocupa cómo <está/estás>|estamos preocupados por <usted/ti>].",
        "[Todo lo demás puede esperar|Lo demás puede esperar]; [nos preocupa cómo <está/estás>|lo primero es cómo <está/estás>].",
    ],
    care: "Si <piensa/piensas> en <hacerse/hacerte> daño, <llame/llama> al número de emergencias o <quédese/quédate> con alguien de confianza.",
    sign: "– {team}",
    automatic: &[
        "(primer mensaje automático)",
        "(esta primera nota es automática)",
        "(primera respuesta enviada automáticamente)",
        "(una primera nota automática)",
    ],
    times: Times {
        minutes: "{n} minutos",
        hour: ("una hora", "hora y media"),
        hours: ("{n} horas", "{n} horas y media"),
        days: [
            "lunes",
            "martes",
            "miércoles",
            "jueves",
            "viernes",
            "sábado",
            "domingo",
        ],
        clock: "{h}:{mm}",
        back: "el {day} a las {time}",
    },
    forbidden: &[
        (
            Rule::Selling,
            "oferta*|descuento*|promoción*|promo|comprar|compra esto|compre|gratis|gratuit*|suscríb*|premium|bono|exclusiv*|aproveche|aprovecha|cupón*",
        ),
        (
            Rule::Arguing,
            "pero|sin embargo|no obstante|en realidad|política*|normativa*|términos y condiciones|lamentablemente|desafortunadamente|desgraciadamente|técnicamente|según nuestr*|cálmese|cálmate",
        ),
        (
            Rule::Blaming,
            "debería haber|deberías haber|su culpa|tu culpa|su error|tu error|olvidó|olvidaste|un tercero|terceros",
        ),
        (
            Rule::Promising,
            "promet*|garantiz*|resuelto|solucionado|solucionaremos|reembols*|devolveremos|indemniz*|compens*|hoy|mañana|inmediatamente|de inmediato|enseguida|lo antes posible|a la brevedad|nunca más|seguro que",
        ),
        (
            Rule::Admitting,
            "nuestra culpa|nuestro error|reconocemos|responsables|responsabilidad|negligencia|legal*",
        ),
        (
            Rule::Filler,
            "molestia*|inconveniente*|su opinión|tu opinión|estimado cliente|querido cliente|gracias por contactar*|su paciencia|tu paciencia|su comprensión|tu comprensión|agradecemos|no dude*|disculpas|disculpe",
        ),
        (
            Rule::PrivateData,
            "número de pedido|número de cliente|número de reserva|número de referencia|número de teléfono|número de tarjeta|su dirección|tu dirección|correo|e-mail|fecha de nacimiento|contraseña|código postal|por dm|por md|mensaje privado|sus datos|tus datos|iban|dni",
        ),
        (
            Rule::Instructing,
            "clic|haga clic|síganos|síguenos|comparta|comparte|retuite*|repita|repite|ignore|ignora|visite|visita",
        ),
        (
            Rule::Slur,
            "idiota*|imbécil*|estúpid*|puta*|puto*|mierda|cabrón*|gilipollas|maric*|pendej*|zorra*|coño",
        ),
    ],
    cues: Cues {
        place_after: "en la estación de|en el aeropuerto de|cerca de|a las afueras de|en la parada de|en",
        place_loose: ("", ""),
        place_between: ("", ""),
        place_words: 2,
        no_place: "navidad|semana|dios|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|lunes|martes|miércoles|jueves|viernes|sábado|domingo|español|inglés|twitter|facebook|instagram|whatsapp|internet|el|la|los|las|mi|tu|su|un|una|este|esta|maría|josé|juan|carlos|luis|jorge|pedro|ana|carmen|laura|lucía|marta|pablo|javier|miguel|david|daniel|antonio|manuel|francisco|sergio|andrea|paula|elena|cristina|sara|isabel|rosa|pilar|teresa|señor|señora|total|serio|fin|efectivo",
        numbers: &[
            "una|un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
            "once", "doce",
        ],
        units: &[
            Unit {
                read: "minuto|minutos|min",
                one: "",
                two: "",
                many: "minutos",
                max: 300,
            },
            Unit {
                read: "hora|horas|h|hrs",
                one: "una hora",
                two: "",
                many: "horas",
                max: 96,
            },
            Unit {
                read: "día|días|dia|dias",
                one: "",
                two: "",
                many: "días",
                max: 60,
            },
            Unit {
                read: "semana|semanas",
                one: "una semana",
                two: "",
                many: "semanas",
                max: 30,
            },
            Unit {
                read: "mes|meses",
                one: "",
                two: "",
                many: "meses",
                max: 24,
            },
        ],
        lasting: "durante {span}",
        span_after: "llevo|llevamos|llevan|desde|durante|tras|después|más|ya|casi|esperando|esperado|hace|van|parados|atrapad*",
        span_before: "de|esperando|tirados|parados|atrapad*|sin|retraso|después|y",
        no_span_after: "en|dentro|de",
        no_span: "años|reserva*|reservé|vacaciones|estancia|cliente|alquil*|próxim*|siguientes|hasta|garantía|gratis|por|cada|dentro|viaje|pagué|hábiles|máximo",
        details: &[
            Detail {
                of: &[],
                read: "insulina|medicina*|medicamento*|oxígeno|diálisis|operación|hospital|quimio*",
                say: "con la salud de alguien en juego",
            },
            Detail {
                of: &[],
                read: "boda|funeral|entierro|examen|entrevista|alquiler|hipoteca|plazo|visado",
                say: "con tanto en juego",
            },
            Detail {
                of: &[],
                read: "sin información|ninguna información|nadie dice|nadie nos dice|nadie informa|nadie explica|nadie sabe|sin noticias|sin explicación*|sin avisar|no informan",
                say: "sin ninguna información",
            },
            Detail {
                of: TRAVEL,
                read: "sin agua|no hay agua|nada de beber",
                say: "sin agua",
            },
            Detail {
                of: TRAVEL,
                read: "sin comida|nada de comer|sin comer",
                say: "sin comida",
            },
            Detail {
                of: TRAVEL,
                read: "niño*|niña*|bebé*|mi hijo|mi hija|mis hijos",
                say: "con niños",
            },
            Detail {
                of: TRAVEL,
                read: "sin baño*|sin aseo*|no hay baño*",
                say: "sin baño",
            },
            Detail {
                of: TRAVEL,
                read: "calor|aire acondicionado|asfixia*",
                say: "con este calor",
            },
            Detail {
                of: TRAVEL,
                read: "frío|sin calefacción|helados",
                say: "con este frío",
            },
        ],
        and: " y ",
        things: &[
            Thing {
                of: &[Matter::Cancelled],
                read: "vuelo*",
                say: "<su/tu> vuelo",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "tren|ave",
                say: "<su/tu> tren",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "pedido",
                say: "<su/tu> pedido",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "",
                say: "<su/tu> plan",
            },
            Thing {
                of: &[Matter::Money],
                read: "factura*",
                say: "<su/tu> factura",
            },
            Thing {
                of: &[Matter::Money],
                read: "fianza",
                say: "<su/tu> fianza",
            },
            Thing {
                of: &[Matter::Money],
                read: "transferencia",
                say: "<su/tu> transferencia",
            },
            Thing {
                of: &[Matter::Money],
                read: "cobro*|cobraron|cobrado|cargo",
                say: "ese cobro",
            },
            Thing {
                of: &[Matter::Money],
                read: "",
                say: "<su/tu> dinero",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "pedido",
                say: "<su/tu> pedido",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "",
                say: "<su/tu> paquete",
            },
            Thing {
                of: &[Matter::Outage],
                read: "internet|wifi|fibra",
                say: "internet",
            },
            Thing {
                of: &[Matter::Outage],
                read: "luz|electricidad|apagón",
                say: "luz",
            },
            Thing {
                of: &[Matter::Outage],
                read: "señal|cobertura",
                say: "cobertura",
            },
            Thing {
                of: &[Matter::Outage],
                read: "calefacción",
                say: "calefacción",
            },
            Thing {
                of: &[Matter::Outage],
                read: "agua caliente",
                say: "agua caliente",
            },
            Thing {
                of: &[Matter::Outage],
                read: "agua",
                say: "agua",
            },
            Thing {
                of: &[Matter::Outage],
                read: "",
                say: "servicio",
            },
            Thing {
                of: &[Matter::Product],
                read: "app|aplicación",
                say: "la aplicación",
            },
            Thing {
                of: &[Matter::Product],
                read: "router|módem",
                say: "<su/tu> router",
            },
            Thing {
                of: &[Matter::Product],
                read: "ordenador|portátil|computadora|laptop",
                say: "<su/tu> equipo",
            },
            Thing {
                of: &[Matter::Product, Matter::Lost],
                read: "móvil|celular|teléfono",
                say: "<su/tu> teléfono",
            },
            Thing {
                of: &[Matter::Product],
                read: "lavadora",
                say: "<su/tu> lavadora",
            },
            Thing {
                of: &[Matter::Product],
                read: "nevera|frigorífico|refrigerador",
                say: "<su/tu> nevera",
            },
            Thing {
                of: &[Matter::Product],
                read: "",
                say: "lo que <compró/compraste>",
            },
            Thing {
                of: &[Matter::Lost],
                read: "maleta*",
                say: "<su/tu> maleta",
            },
            Thing {
                of: &[Matter::Lost],
                read: "equipaje*",
                say: "<su/tu> equipaje",
            },
            Thing {
                of: &[Matter::Lost],
                read: "mochila|bolso",
                say: "<su/tu> bolso",
            },
            Thing {
                of: &[Matter::Lost],
                read: "cartera",
                say: "<su/tu> cartera",
            },
            Thing {
                of: &[Matter::Lost],
                read: "",
                say: "algo <suyo/tuyo>",
            },
        ],
    },
};
