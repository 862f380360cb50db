//! Spanish: usted or tú by the brand; words that both shores of the Atlantic read alike.

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
    code: "es",
    spaced: true,
    common: "y|no|a|hace|ya|muy|del|al|que|el|la|los|las|de|en|es|un|una|con|sin|para|por|su|tu|le|te|lo|nos|sentimos|equipo|aquí|persona|nuestro|esto|cualquiera|alguien|se",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "Gracias por decírnoslo|Gracias por avisar|Gracias por escribirnos|Gracias por contarlo|<Ha/Has> hecho bien en escribir|<Hace/Haces> bien en decirlo",
        ),
        (
            "own",
            "y lo sentimos|y lo sentimos mucho|y lo lamentamos|y de verdad lo lamentamos|y lo sentimos de verdad|y sentimos que <le/te> ocurra|y lamentamos esta situación|y nos apena",
        ),
        (
            "fed",
            "merece una respuesta|hace falta una respuesta|es normal pedir una respuesta|<tiene/tienes> razón en escribir|había que decirlo|alguien tiene que ocuparse|no puede quedar sin respuesta|se entiende que <pida/pidas> una respuesta",
        ),
        ("so", "muchísimo|de verdad|sinceramente|mucho"),
        ("bad", "duro|difícil|muy duro|muy difícil|complicado"),
        (
            "who",
            "una persona|alguien del equipo|una persona del equipo|una persona de nuestro equipo",
        ),
        (
            "does",
            "<le/te> responderá aquí|<le/te> escribirá aquí|<le/te> contestará aquí|<le/te> dará una respuesta aquí",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span} de espera{?place}{?with} [es muchísimo|es mucho tiempo|es demasiado], $own.",
                "{Span} de espera{?place}{?with} [es muchísimo|es mucho tiempo|es demasiado], y $fed.",
                "$hear; {span} de espera{?place}{?with} [es muchísimo|es mucho tiempo|es demasiado].",
                "Sentimos $so [la espera|este retraso|que la espera se alargue|que <siga/sigas> esperando|que no <pueda/puedas> avanzar].",
                "$hear; sentimos $so [la espera|este retraso|que la espera se alargue].",
                "Lamentamos [la espera|este retraso|que la espera se alargue], y $fed.",
                "[Esperar así|Tener que seguir esperando|No poder avanzar]{?place}{?for}{?with} es $bad, $own.",
                "[Esperar así|Tener que seguir esperando|No poder avanzar]{?place}{?for}{?with} es $bad, y $fed.",
                "[Un retraso así|Un retraso como este] es $bad, $own.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} sin acceso{?with} [es muchísimo|es mucho tiempo|es demasiado], $own.",
                "{Span} sin acceso{?with} [es muchísimo|es mucho tiempo|es demasiado], y $fed.",
                "[Quedarse sin acceso|Perder el acceso]{?with} es [estresante|preocupante|difícil|complicado], $own.",
                "[Seguir sin acceso|Estar sin acceso]{?for}{?with} es [estresante|preocupante|difícil|complicado], y $fed.",
                "Sentimos $so que [<se haya/te hayas> quedado sin acceso|<esté/estés> sin acceso|el acceso no funcione].",
                "$hear; sentimos $so que [<se haya/te hayas> quedado sin acceso|<esté/estés> sin acceso|el acceso no funcione].",
                "Lamentamos [este problema de acceso|que el acceso no funcione], y $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} pendiente de {thing} es [muchísimo|mucho tiempo|demasiado], $own.",
                "{Span} pendiente de {thing} es [muchísimo|mucho tiempo|demasiado], y $fed.",
                "[Preocuparse por|Estar pendiente de|Tener que reclamar] {thing}{?for}{?with} es [estresante|preocupante|difícil], $own.",
                "Cuando se trata del propio dinero, [cada hora cuenta|esperar es difícil|hace falta una respuesta clara], $own.",
                "Sentimos $so [el problema|lo ocurrido|lo que pasa] con {thing}.",
                "$hear; sentimos $so [el problema|lo ocurrido|lo que pasa] con {thing}.",
                "Un problema con {thing} es [serio|preocupante|estresante], y $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span} esperando {thing} es [muchísimo|mucho tiempo|demasiado], $own.",
                "{Span} esperando {thing} es [muchísimo|mucho tiempo|demasiado], y $fed.",
                "[Esperar|Tener que buscar|Seguir esperando] {thing}{?for} es [difícil|complicado|duro], $own.",
                "Sentimos $so que {thing} [siga sin llegar|aún no haya llegado|no haya llegado].",
                "$hear; sentimos $so que {thing} [siga sin llegar|aún no haya llegado|no haya llegado].",
                "Lamentamos que {thing} [siga sin llegar|aún no haya llegado|no haya llegado], y $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} [de corte|sin servicio]{?with} es [muchísimo|mucho tiempo|demasiado], $own.",
                "{Span} [de corte|sin servicio]{?with} es [muchísimo|mucho tiempo|demasiado], y $fed.",
                "[Estar|Seguir|Pasar el día] sin {thing}{?with} es [difícil|muy duro|complicado], $own.",
                "[Estar|Seguir] sin {thing}{?for}{?with} es [difícil|muy duro|complicado], y $fed.",
                "Sentimos $so que <esté/estés> sin {thing}{?with}.",
                "$hear; sentimos $so [que <esté/estés> sin {thing}|este corte].",
                "Un corte [así|como este] es [difícil|muy duro|complicado], $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Nadie debería [recibir ese trato|ser tratado así|oír algo así], $own.",
                "Nadie debería [recibir ese trato|ser tratado así|oír algo así], y $fed.",
                "$hear; [nadie debería recibir ese trato|nadie debería ser tratado así|un trato así duele].",
                "Sentimos $so [ese trato|esas formas|que haya sido así].",
                "$hear; sentimos $so [ese trato|esas formas|que haya sido así].",
                "Un trato [así|como ese] [duele|es humillante|es difícil de aceptar], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "[<Su/Tu> seguridad|La seguridad] [va primero|está por encima de todo], y lo tomamos [muy |]en serio.",
                "$hear; [eso suena peligroso|eso asusta|eso es muy serio], y la seguridad [va primero|está por encima de todo].",
                "Lo que <cuenta/cuentas> suena [peligroso|alarmante|muy inquietante], y lo tomamos [muy |]en serio.",
                "Nadie debería [sentirse en peligro|pasar miedo así|verse en peligro], y lo tomamos [muy |]en serio.",
                "Sentimos $so [lo que está pasando|esta situación]; la seguridad [va primero|está por encima de todo].",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "Sentimos $so [que se haya cancelado {thing}|la cancelación de {thing}].",
                "$hear; sentimos $so [que se haya cancelado {thing}|la cancelación de {thing}].",
                "Sentimos $so [la cancelación|esta cancelación|lo que supone esta cancelación].",
                "$hear; sentimos $so [la cancelación|esta cancelación|lo que supone esta cancelación].",
                "Lamentamos [esta cancelación|lo que supone esta cancelación], y $fed.",
                "[Verse sin alternativa|Encontrarse con una cancelación|Tener que rehacer todo]{?with} es $bad, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} sin saber de {thing} es [muchísimo|mucho tiempo|demasiado], $own.",
                "{Span} sin saber de {thing} es [muchísimo|mucho tiempo|demasiado], y $fed.",
                "[Perder|Tener que buscar|No encontrar] {thing}{?place} es [angustioso|muy duro|difícil], $own.",
                "Sentimos $so [la pérdida de {thing}|esta pérdida|que aún no haya aparecido].",
                "$hear; sentimos $so [la pérdida de {thing}|esta pérdida|que aún no haya aparecido].",
                "No saber dónde está {thing} es [angustioso|muy duro|difícil], y $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Que otra persona [use|toque|controle] <su/tu> cuenta [asusta|es alarmante|es muy inquietante], $own.",
                "$hear; [parece un fraude|un posible fraude es serio|un fraude así es serio], y lo tomamos [muy |]en serio.",
                "Sentimos $so lo que <le/te> está pasando; [asusta|es grave|es serio|es alarmante|es muy inquietante].",
                "$hear; sentimos $so lo que <le/te> está pasando.",
                "Un [posible fraude|fraude así] [asusta|es alarmante|es grave|es serio|es muy inquietante], $own.",
                "Un [posible fraude|fraude así] [asusta|es alarmante|es grave|es serio|es muy inquietante], y $fed.",
                "[Parece un fraude|Parece tratarse de un fraude|Esto parece un fraude], y lo tomamos [muy |]en serio.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} sin [respuesta|noticias] es [muchísimo|mucho tiempo|demasiado], $own.",
                "{Span} sin [respuesta|noticias] es [muchísimo|mucho tiempo|demasiado], y $fed.",
                "[Preguntar y no oír nada|Escribir y no recibir nada|Seguir sin respuesta]{?for} [desanima|es difícil|cansa mucho], $own.",
                "[Preguntar y no oír nada|Escribir y no recibir nada|Seguir sin respuesta]{?for} [desanima|es difícil|cansa mucho], y $fed.",
                "Sentimos $so [este silencio|que nadie <le/te> haya contestado|que <haya/hayas> tenido que insistir].",
                "$hear; sentimos $so [este silencio|que nadie <le/te> haya contestado|que <haya/hayas> tenido que insistir].",
            ],
        ),
        (
            Matter::Product,
            &[
                "Que {thing} [no funcione|falle|no responda] es [difícil|un problema|complicado], $own.",
                "Que {thing} [no funcione|falle|no responda] es [difícil|un problema|complicado], y $fed.",
                "Sentimos $so que {thing} [no funcione|falle|no responda].",
                "$hear; sentimos $so que {thing} [no funcione|falle|no responda].",
                "[Lidiar|Tener que lidiar] con {thing}{?for} es [difícil|duro|complicado], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "Sentimos $so [lo que está pasando|esta situación|que <le/te> ocurra esto|lo ocurrido].",
                "$hear; sentimos $so [lo que está pasando|esta situación|que <le/te> ocurra esto|lo ocurrido].",
                "[Eso|Todo eso] suena [serio|difícil|grave], y lo tomamos [muy |]en serio.",
                "$hear; [eso|todo eso] suena [serio|difícil|grave].",
                "$hear; lo tomamos [muy |]en serio.",
                "Lamentamos [lo que está pasando|esta situación|que <le/te> ocurra esto], y [lo tomamos en serio|alguien tiene que ocuparse].",
            ],
        ),
    ],
    grave: &[
        "$hear; [pasar por|vivir|afrontar] esto {grave} [asusta|es muy inquietante|es angustioso], y lo tomamos en serio.",
        "[Pasar por|Vivir|Afrontar] esto {grave} [asusta|es muy inquietante|es angustioso], y lo tomamos [muy |]en serio.",
    ],
    next: Next {
        open: &[
            "!<Su/Tu> mensaje está [ya|ahora] en [nuestra cola|la cola del equipo], [marcado como urgente|entre los urgentes], y $who $does.",
            "Lo hemos [pasado|enviado|remitido] a [nuestro equipo|nuestra cola|la cola del equipo], y $who $does.",
            "[Una persona|Alguien] de nuestro equipo lo va a [leer entero|leer|revisar] y $does.",
            "[A partir de ahora|Desde este momento|Ahora] se ocupa [una persona|alguien] de nuestro equipo, que $does.",
            "!Queda [marcado como urgente|entre lo urgente|señalado como urgente] para [nuestro equipo|el equipo], y $who $does.",
            "<Su/Tu> mensaje [está|queda|ya está] en [nuestra cola|la cola del equipo], y $who $does.",
        ],
        first: &[
            "<Su/Tu> mensaje [va primero|pasa delante|tiene prioridad]; [una persona|alguien] <le/te> [responderá|contestará] aquí.",
            "<Su/Tu> mensaje ha pasado [al primer lugar|al principio|al primer puesto] de [nuestra|la] cola, y $who $does.",
            "Lo hemos [pasado|enviado|señalado] [a nuestro|al] equipo como [emergencia|una emergencia], y $who $does.",
            "[Una persona|Alguien] de nuestro equipo lo va a [leer|mirar|ver] antes que nada y $does.",
            "[Ya está|Está ya|Está ahora] [en el primer lugar|al principio|en el primer puesto] de [nuestra|la] cola, y $who $does.",
        ],
        soon: &[
            "[Una persona|Alguien] [de nuestro|del] equipo debería [responder<le/te>|escribir<le/te>|contestar<le/te>|dar<le/te> respuesta] [aquí|aquí mismo] en cosa de {wait}.",
            "En cosa de {wait}, $who debería [responder<le/te>|escribir<le/te>|contestar<le/te>|dar<le/te> respuesta] [aquí|aquí mismo].",
            "<Su/Tu> mensaje está [ya|ahora] en [nuestra cola|la cola del equipo], y $who debería [responder<le/te>|escribir<le/te>|contestar<le/te>] aquí en cosa de {wait}.",
            "[Calculamos|Contamos con|Prevemos] [cerca de|alrededor de] {wait} hasta que $who pueda [responder<le/te>|escribir<le/te>|contestar<le/te>] aquí.",
            "Lo hemos [pasado|enviado|remitido] a [nuestro equipo|nuestra cola|la cola del equipo]; $who debería [responder<le/te>|escribir<le/te>|contestar<le/te>] aquí en cosa de {wait}.",
        ],
        later: &[
            "[Nuestro|El] equipo vuelve {back}, y <su/tu> mensaje [estará en su cola|estará ahí|estará esperando].",
            "![Nuestro|El] equipo vuelve {back}, y <su/tu> mensaje será de los primeros [que lean|que abran].",
            "[Ahora mismo|A esta hora|En este momento] no hay nadie de guardia; [nuestro|el] equipo vuelve {back}, y $who $does.",
            "[Nuestro|El] equipo [vuelve|está de vuelta|regresa] {back}, y $who $does.",
            "Lo hemos [pasado|dejado] [a nuestro|al] equipo, que vuelve {back}; $who $does.",
        ],
    },
    brief: &["[Una persona|Alguien] <le/te> responderá aquí."],
    ease: &[
        "; si algo cambia, <díganoslo/dínoslo> aquí.",
        "; <puede/puedes> añadir aquí lo que <quiera/quieras>.",
        "; si falta algo, <añádalo/añádelo> aquí.",
    ],
    danger: "Si alguien está en peligro ahora: {line}",
    alone: "Si alguien está en peligro ahora mismo, llame al número de emergencias.",
    serious: &[
        "[Es grave|Esto es grave|Lo que cuenta es grave], y [así lo tratamos|lo tratamos como tal].",
        "[Algo así|Lo que cuenta] no puede esperar, y [va antes que todo lo demás|se atiende primero].",
        "Ahora mismo no hay nada más [urgente|importante] para nosotros.",
        "Nos tomamos [esto|lo que cuenta] [muy en serio|con toda la seriedad], y [va primero|va antes que nada].",
        "[Gracias por avisar|<Ha/Has> hecho bien en avisar|Gracias por contarlo|<Ha/Has> hecho bien en contarlo|Gracias por escribir|<Ha/Has> hecho bien en escribir]; [es grave|es muy grave|la situación es grave], y [va primero|va antes que nada|pasa por delante de todo].",
        "[Gracias por avisar|<Ha/Has> hecho bien en avisar|Gracias por contarlo|<Ha/Has> hecho bien en contarlo|Gracias por escribir|<Ha/Has> hecho bien en escribir]; [algo así|una situación así] [no puede esperar|no espera], y [se trata|lo tratamos] como una emergencia.",
        "[Gracias por avisar|<Ha/Has> hecho bien en avisar|Gracias por contarlo|<Ha/Has> hecho bien en contarlo|Gracias por escribir|<Ha/Has> hecho bien en escribir]; [ahora mismo|en este momento|aquí] nada es más [urgente|importante].",
    ],
    worried: &[
        "Lo que <escribe/escribes> importa mucho, y [nos preocupa cómo <está/estás>|estamos preocupados por <usted/ti>].",
        "Lo que <escribe/escribes> [nos preocupa|nos importa], y [<usted importa/tú importas>|ahora lo primero es cómo <está/estás>].",
        "[Gracias por decirlo|<Ha/Has> hecho bien en decirlo]; [nos preocupa cómo <está/estás>|estamos preocupados por <usted/ti>].",
        "[Todo lo demás puede esperar|Lo demás puede esperar]; [nos preocupa cómo <está/estás>|lo primero es cómo <está/estás>].",
    ],
    care: "Si <piensa/piensas> en <hacerse/hacerte> daño, <llame/llama> al número de emergencias o <quédese/quédate> con alguien de confianza.",
    sign: "– {team}",
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
        near: ["hoy a las {time}", "mañana a las {time}"],
        local: " (hora de {city})",
        home: &[],
        cities: &[
            ("London", "Londres"),
            ("Paris", "París"),
            ("Berlin", "Berlín"),
            ("Rome", "Roma"),
            ("Lisbon", "Lisboa"),
            ("Brussels", "Bruselas"),
            ("Vienna", "Viena"),
            ("New York", "Nueva York"),
            ("Mexico City", "Ciudad de México"),
            ("Tokyo", "Tokio"),
        ],
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
                say: "cuando está en juego la salud de alguien",
            },
            Detail {
                of: &[],
                read: "boda|examen|entrevista|alquiler|hipoteca|plazo|visado",
                say: "con algo tan importante por delante",
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
