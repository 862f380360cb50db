//! Portuguese in words that serve Lisbon and São Paulo alike; the third person serves both registers.

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
    code: "pt",
    spaced: true,
    common: "e|que|o|a|os|as|do|da|em|no|na|é|um|uma|com|sem|para|por|não|nos|sentimos|muito|isso|equipe|aqui|pessoa|nossa|alguém|qualquer|esta|isto|acesso|escreveu|avisou|fez|obrigado|segurança|ao",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "Obrigado por avisar|Obrigado por escrever|Ainda bem que avisou|Ainda bem que escreveu|Fez bem em escrever|Fez bem em avisar",
        ),
        (
            "own",
            "e lamentamos|e lamentamos muito|e sentimos muito|e lamentamos de verdade|e lamentamos profundamente|e lamentamos que isto aconteça|e lamentamos esta situação|e sentimos muito que seja assim",
        ),
        (
            "fed",
            "merece uma resposta|é preciso uma resposta|é justo pedir uma resposta|tem razão em escrever|era preciso dizer|alguém tem de cuidar disto|não pode ficar sem resposta|faz sentido pedir uma resposta",
        ),
        ("so", "muito|profundamente|sinceramente|imensamente"),
        ("bad", "duro|difícil|muito duro|muito difícil|complicado"),
        (
            "who",
            "uma pessoa|alguém da nossa parte|uma pessoa do atendimento|alguém do atendimento",
        ),
        (
            "does",
            "vai responder aqui|vai escrever aqui|dará uma resposta aqui|responderá aqui",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span} de espera{?place}{?with} é [muito|demasiado|muito mesmo], $own.",
                "{Span} de espera{?place}{?with} é [muito|demasiado|muito mesmo], e $fed.",
                "$hear; {span} de espera{?place}{?with} é [muito|demasiado|muito mesmo].",
                "Lamentamos $so [a espera|este atraso|que a espera seja tão longa|esta espera].",
                "$hear; lamentamos $so [a espera|este atraso|que a espera seja tão longa].",
                "Sentimos muito [pela espera|por este atraso|que a espera se prolongue], e $fed.",
                "[Esperar assim|Ficar à espera|Não poder avançar]{?place}{?for}{?with} é $bad, $own.",
                "[Esperar assim|Ficar à espera|Não poder avançar]{?place}{?for}{?with} é $bad, e $fed.",
                "[Um atraso assim|Um atraso como este] é $bad, $own.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} sem acesso{?with} é [muito|demasiado|muito mesmo], $own.",
                "{Span} sem acesso{?with} é [muito|demasiado|muito mesmo], e $fed.",
                "[Ficar sem acesso|Estar sem acesso|Perder o acesso]{?with} é [preocupante|difícil|complicado], $own.",
                "[Ficar sem acesso|Estar sem acesso]{?for}{?with} é [preocupante|difícil|complicado], e $fed.",
                "Lamentamos $so [que não consiga ter acesso|este problema de acesso|que o acesso não funcione].",
                "$hear; lamentamos $so [que não consiga ter acesso|este problema de acesso|que o acesso não funcione].",
                "Sentimos muito [por este problema de acesso|que o acesso não funcione], e $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} à espera numa questão de dinheiro é [muito|demasiado|muito mesmo], $own.",
                "{Span} à espera numa questão de dinheiro é [muito|demasiado|muito mesmo], e $fed.",
                "[Ficar sem notícias do|Ter de cobrar o|Estar sem saber do] próprio dinheiro{?for}{?with} é [preocupante|difícil|complicado], $own.",
                "Quando se trata do próprio dinheiro, [cada hora conta|esperar pesa|é preciso uma resposta clara], $own.",
                "Lamentamos $so [o problema com {thing}|o que se passa com {thing}|o que aconteceu com {thing}].",
                "$hear; lamentamos $so [o problema com {thing}|o que se passa com {thing}|o que aconteceu com {thing}].",
                "Um problema com {thing} é [sério|preocupante|complicado], e $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span} à espera é [muito|demasiado|muito mesmo], $own.",
                "{Span} à espera é [muito|demasiado|muito mesmo], e $fed.",
                "[Esperar|Ter de procurar|Continuar sem] {thing}{?for} é [difícil|complicado|duro], $own.",
                "Lamentamos $so que {thing} [ainda não tenha chegado|não tenha chegado|continue sem chegar].",
                "$hear; lamentamos $so que {thing} [ainda não tenha chegado|não tenha chegado|continue sem chegar].",
                "Sentimos muito que {thing} [ainda não tenha chegado|não tenha chegado|continue sem chegar], e $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} sem {thing}{?with} é [muito|demasiado|muito mesmo], $own.",
                "{Span} sem {thing}{?with} é [muito|demasiado|muito mesmo], e $fed.",
                "[Ficar|Estar|Passar o dia] sem {thing}{?with} é [difícil|complicado|duro], $own.",
                "[Ficar|Estar] sem {thing}{?for}{?with} é [difícil|complicado|duro], e $fed.",
                "Lamentamos $so que esteja sem {thing}{?with}.",
                "$hear; lamentamos $so [que esteja sem {thing}|esta falha].",
                "Uma falha [assim|como esta] é [difícil|complicada|dura], $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Ninguém deveria [passar por um tratamento assim|receber esse tratamento|ouvir algo assim], $own.",
                "Ninguém deveria [passar por um tratamento assim|receber esse tratamento|ouvir algo assim], e $fed.",
                "$hear; [ninguém deveria ouvir algo assim|ninguém deveria receber esse tratamento|um tratamento assim magoa].",
                "Lamentamos $so [esse tratamento|essa atitude|que tenha sido assim].",
                "$hear; lamentamos $so [esse tratamento|essa atitude|que tenha sido assim].",
                "Um tratamento [assim|desses] [magoa|é humilhante|é difícil de aceitar], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "A [sua |]segurança [vem primeiro|está acima de tudo], e levamos isto [muito |]a sério.",
                "$hear; [isso parece perigoso|isso assusta|isso é muito sério], e a segurança [vem primeiro|está acima de tudo].",
                "O que conta [assusta|é alarmante|parece perigoso], e levamos isto [muito |]a sério.",
                "Ninguém deveria [sentir-se em perigo|sentir esse medo|ficar em perigo], e levamos isto [muito |]a sério.",
                "Lamentamos $so [o que se passa|esta situação]; a segurança [vem primeiro|está acima de tudo].",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "Lamentamos $so [o cancelamento|este cancelamento|o que este cancelamento causa].",
                "$hear; lamentamos $so [o cancelamento|este cancelamento|o que este cancelamento causa].",
                "Sentimos muito [pelo cancelamento|por este cancelamento|pelo que este cancelamento causa], e $fed.",
                "[Ficar sem alternativa|Deparar-se com um cancelamento|Ter de refazer tudo]{?with} é $bad, $own.",
                "Lamentamos $so que {thing} tenha sido [cancelado|suspenso].",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} sem notícias é [muito|demasiado|muito mesmo], $own.",
                "{Span} sem notícias é [muito|demasiado|muito mesmo], e $fed.",
                "[Perder|Ter de procurar|Não encontrar] {thing}{?place} é [angustiante|muito duro|difícil], $own.",
                "Lamentamos $so que {thing} [tenha desaparecido|ainda não tenha aparecido|não tenha aparecido].",
                "$hear; lamentamos $so [que {thing} ainda não tenha aparecido|esta perda].",
                "Não saber onde está {thing} é [angustiante|muito duro|difícil], e $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Outra pessoa [usar a|controlar a|mexer na] sua conta [assusta|é alarmante|é muito preocupante], $own.",
                "$hear; [parece uma fraude|uma possível fraude é séria|uma fraude é coisa séria], e levamos isto [muito |]a sério.",
                "Lamentamos $so o que se passa; [assusta|é grave|é sério|é alarmante|é muito preocupante].",
                "$hear; lamentamos $so o que aconteceu.",
                "Uma [possível fraude|fraude assim] [assusta|é alarmante|é grave|é séria|é muito preocupante], $own.",
                "Uma [possível fraude|fraude assim] [assusta|é alarmante|é grave|é séria|é muito preocupante], e $fed.",
                "[Parece uma fraude|Parece tratar-se de uma fraude|Isto parece uma fraude], e levamos isto [muito |]a sério.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} sem [resposta|notícias] é [muito|demasiado|muito mesmo], $own.",
                "{Span} sem [resposta|notícias] é [muito|demasiado|muito mesmo], e $fed.",
                "[Perguntar e não ouvir nada|Escrever e não receber nada|Ficar sem resposta]{?for} [desanima|é difícil|é duro], $own.",
                "[Perguntar e não ouvir nada|Escrever e não receber nada|Ficar sem resposta]{?for} [desanima|é difícil|é duro], e $fed.",
                "Lamentamos $so [este silêncio|que ninguém tenha respondido|que tenha precisado insistir].",
                "$hear; lamentamos $so [este silêncio|que ninguém tenha respondido|que tenha precisado insistir].",
            ],
        ),
        (
            Matter::Product,
            &[
                "Quando {thing} não [funciona|responde|funciona bem], é [difícil|um problema|complicado], $own.",
                "Quando {thing} não [funciona|responde|funciona bem], é [difícil|um problema|complicado], e $fed.",
                "Lamentamos $so que {thing} não [funcione|responda|funcione bem].",
                "$hear; lamentamos $so que {thing} não [funcione|responda|funcione bem].",
                "[Ter problemas|Ter de lidar] com {thing}{?for} é [difícil|duro|complicado], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "Lamentamos $so [o que aconteceu|esta situação|que isto tenha acontecido|o que nos conta].",
                "$hear; lamentamos $so [o que aconteceu|esta situação|que isto tenha acontecido].",
                "[Isto|Tudo isto] parece [sério|difícil|grave], e levamos a situação [muito |]a sério.",
                "$hear; [isto|tudo isto] parece [sério|difícil|grave].",
                "$hear; levamos isto [muito |]a sério.",
                "Sentimos muito [pelo que aconteceu|por esta situação|que isto tenha acontecido], e [levamos isto a sério|alguém tem de cuidar disto].",
            ],
        ),
    ],
    grave: &[
        "$hear; [passar por|viver|enfrentar] isto {grave} [assusta|é muito preocupante|é angustiante], e levamos isto a sério.",
        "[Passar por|Viver|Enfrentar] isto {grave} [assusta|é muito preocupante|é angustiante], e levamos a situação [muito |]a sério.",
    ],
    next: Next {
        open: &[
            "!A sua mensagem [já|agora] está na [nossa fila|fila do atendimento], [marcada como urgente|entre as urgentes], e $who $does.",
            "Passamos [isto|a sua mensagem|o caso] [ao atendimento|ao nosso atendimento|para a nossa fila], e $who $does.",
            "[Uma pessoa|Alguém] da nossa parte vai [ler tudo|ler a sua mensagem|ler isto] e $does.",
            "[A partir de agora|Agora|Depois disto], [uma pessoa|alguém] da nossa parte cuida do caso e $does.",
            "!Está [marcado como urgente|entre os casos urgentes|sinalizado como urgente] na [nossa fila|fila do atendimento], e $who $does.",
            "A sua mensagem [está|já está|fica] na [nossa fila|fila do atendimento], e $who $does.",
        ],
        first: &[
            "A sua mensagem [passa à frente|vem primeiro|tem prioridade]; [uma pessoa|alguém] [responderá|escreverá] aqui.",
            "A sua mensagem passou para [o topo|o início|a frente|o primeiro lugar] da [nossa |]fila, e $who $does.",
            "Passamos [isto|a sua mensagem|o caso] ao [nosso |]atendimento como [emergência|uma emergência], e $who $does.",
            "[Uma pessoa|Alguém] da nossa parte vai [ler|ver] isto antes de tudo e $does.",
            "[Já está|Está agora] [no topo|no início|à frente|no primeiro lugar] da [nossa |]fila, e $who $does.",
        ],
        soon: &[
            "[Uma pessoa|Alguém] da nossa parte [deve|deverá] [responder|escrever|dar uma resposta] aqui em cerca de {wait}.",
            "[Em cerca de|Daqui a cerca de] {wait}, $who deve [responder|escrever|dar uma resposta] [aqui|aqui mesmo].",
            "A sua mensagem [já|agora] está na [nossa fila|fila do atendimento], e $who deve [responder|escrever|dar uma resposta] aqui em cerca de {wait}.",
            "[Contamos com|Calculamos|Prevemos] cerca de {wait} até que $who possa [responder|escrever|dar uma resposta] aqui.",
            "[Passamos|Já passamos] [isto|a sua mensagem] ao [nosso |]atendimento; $who deve [responder|escrever|dar uma resposta] aqui em cerca de {wait}.",
        ],
        later: &[
            "O [nosso |]atendimento volta {back}, e a sua mensagem [estará na fila|estará lá|estará à espera].",
            "!O [nosso |]atendimento volta {back}, e a sua mensagem será das primeiras [lidas|abertas].",
            "[Neste momento|A esta hora|Agora] não há ninguém de serviço; [o nosso|o] atendimento volta {back}, e $who $does.",
            "O [nosso |]atendimento [volta|está de volta|retoma] {back}, e $who $does.",
            "Passamos [isto|a sua mensagem] ao [nosso |]atendimento, que volta {back}; $who $does.",
        ],
    },
    brief: &["[Uma pessoa|Alguém] responde aqui."],
    ease: &[
        "; se algo mudar, é só escrever aqui.",
        "; pode acrescentar aqui o que quiser.",
        "; se faltar alguma coisa, pode acrescentar aqui.",
    ],
    danger: "Se alguém está em perigo agora: {line}",
    alone: "Se alguém está em perigo neste momento, ligue para o número de emergência.",
    serious: &[
        "[É grave|Isto é grave|A situação é grave], e [é tratada como tal|assim a tratamos].",
        "[Algo assim|Uma situação assim] não pode esperar, e [passa à frente de tudo|vem antes de todo o resto].",
        "Neste momento, nada é mais [urgente|importante] para nós.",
        "Levamos [isto|esta situação] [muito|extremamente] a sério, e [vem em primeiro lugar|vem antes de tudo].",
        "[Ainda bem que avisou|Fez bem em nos avisar|Fez bem em escrever|Fez bem em nos dizer|Ainda bem que escreveu|Ainda bem que nos disse]; [é grave|é muito grave|a situação é grave], e [vem em primeiro lugar|vem antes de tudo|passa à frente de tudo].",
        "[Ainda bem que avisou|Fez bem em nos avisar|Fez bem em escrever|Fez bem em nos dizer|Ainda bem que escreveu|Ainda bem que nos disse]; [algo assim|uma situação assim] [não pode esperar|não espera], e [é tratado|deve ser tratado] como emergência.",
        "[Ainda bem que avisou|Fez bem em nos avisar|Fez bem em escrever|Fez bem em nos dizer|Ainda bem que escreveu|Ainda bem que nos disse]; [agora|neste momento|aqui] nada é mais [urgente|importante].",
    ],
    worried: &[
        "As suas palavras importam, e [estamos preocupados|a sua vida importa].",
        "O que escreve [nos preocupa|nos importa], e [a sua vida importa|nada é mais importante agora].",
        "[Ainda bem que disse|Foi bom dizer]; [estamos preocupados|o mais importante agora é a sua vida].",
        "[Tudo o resto pode esperar|O resto pode esperar]; [estamos preocupados|o mais importante agora é a sua vida].",
    ],
    care: "Se pensa em fazer mal a si, ligue para o número de emergência ou fique com alguém de confiança.",
    sign: "– {team}",
    times: Times {
        minutes: "{n} minutos",
        hour: ("uma hora", "uma hora e meia"),
        hours: ("{n} horas", "{n} horas e meia"),
        days: [
            "na segunda-feira",
            "na terça-feira",
            "na quarta-feira",
            "na quinta-feira",
            "na sexta-feira",
            "no sábado",
            "no domingo",
        ],
        clock: "{h}h{mm}",
        back: "{day} às {time}",
        near: ["hoje às {time}", "amanhã às {time}"],
        local: " (hora de {city})",
        home: &[],
        cities: &[
            ("London", "Londres"),
            ("Berlin", "Berlim"),
            ("Rome", "Roma"),
            ("Lisbon", "Lisboa"),
            ("Brussels", "Bruxelas"),
            ("Vienna", "Viena"),
            ("New York", "Nova York"),
            ("Tokyo", "Tóquio"),
        ],
    },
    forbidden: &[
        (
            Rule::Selling,
            "oferta*|desconto*|promoção|promoções|promo|comprar|compre|grátis|gratuit*|assine|premium|bônus|bónus|exclusiv*|aproveite|aproveita|cupom",
        ),
        (
            Rule::Arguing,
            "mas|porém|no entanto|contudo|na verdade|política*|regulamento|termos e condições|infelizmente|tecnicamente|segundo as nossas|acalme-se|tenha calma",
        ),
        (
            Rule::Blaming,
            "deveria ter|devia ter|culpa sua|sua culpa|tua culpa|seu erro|teu erro|esqueceu|esqueceste|terceiros",
        ),
        (
            Rule::Promising,
            "promet*|garant*|resolvido|resolveremos|vamos resolver|reembols*|estorn*|indeniz*|indemniz*|compens*|hoje|amanhã|imediatamente|de imediato|logo|o mais rápido possível|o quanto antes|nunca mais|com certeza",
        ),
        (
            Rule::Admitting,
            "nossa culpa|nosso erro|reconhecemos|responsáveis|responsabilidade|negligência|legal|legais|juridic*|jurídic*",
        ),
        (
            Rule::Filler,
            "incômodo*|incómodo*|transtorno*|inconveniente*|sua opinião|tua opinião|prezado*|caro cliente|cara cliente|obrigado por entrar|obrigado por contactar|sua paciência|tua paciência|sua compreensão|agradecemos|não hesite|desculpas|desculpe",
        ),
        (
            Rule::PrivateData,
            "número do pedido|número de cliente|número da encomenda|número da reserva|protocolo|número de telefone|telemóvel|número do cartão|seu endereço|sua morada|e-mail|email|data de nascimento|senha|cep|código postal|por dm|na dm|no privado|seus dados|teus dados|cpf|nif|iban",
        ),
        (
            Rule::Instructing,
            "clique|clica|siga-nos|nos siga|compartilhe|partilhe|retweet*|repita|repete|ignore|ignora|visite|visita",
        ),
        (
            Rule::Slur,
            "idiota*|burro|burra|estúpid*|puta*|merda|caralho|porra|viado*|imbecil*|otári*|babaca*|cabrão|buceta",
        ),
    ],
    cues: Cues {
        place_after: "na estação de|na estação do|na estação da|no aeroporto de|no aeroporto do|perto de|à saída de|na paragem de|em",
        place_loose: ("", ""),
        place_between: ("", ""),
        place_words: 2,
        no_place: "natal|páscoa|deus|janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|segunda|terça|quarta|quinta|sexta|sábado|domingo|português|inglês|twitter|facebook|instagram|whatsapp|internet|o|a|os|as|um|uma|meu|minha|seu|sua|maria|josé|joão|carlos|luis|luís|pedro|ana|paulo|lucas|marcos|gabriel|rafael|daniel|bruno|tiago|rui|miguel|sofia|beatriz|juliana|fernanda|patrícia|camila|mariana|senhor|senhora|geral|total|fim",
        numbers: &[
            "uma|um",
            "duas|dois",
            "três",
            "quatro",
            "cinco",
            "seis",
            "sete",
            "oito",
            "nove",
            "dez",
            "onze",
            "doze",
        ],
        units: &[
            Unit {
                read: "hora|horas|h|hrs",
                one: "uma hora",
                two: "",
                many: "horas",
                max: 96,
            },
            Unit {
                read: "semana|semanas",
                one: "uma semana",
                two: "",
                many: "semanas",
                max: 30,
            },
            Unit {
                read: "minuto|minutos|min",
                one: "",
                two: "dois minutos",
                many: "minutos",
                max: 300,
            },
            Unit {
                read: "dia|dias",
                one: "",
                two: "dois dias",
                many: "dias",
                max: 60,
            },
            Unit {
                read: "mês|meses",
                one: "",
                two: "dois meses",
                many: "meses",
                max: 24,
            },
        ],
        lasting: "durante {span}",
        span_after: "há|desde|durante|após|depois|mais|já|quase|esperando|esperei|espero|parad*|pres*|fazem|faz|por",
        span_before: "de|esperando|à|parad*|sem|atraso|depois|e|que",
        no_span_after: "em|daqui|de",
        no_span: "anos|atrás|reserv*|férias|estadia|cliente|alug*|próxim*|até|garantia|grátis|cada|dentro|daqui|viagem|paguei|úteis|máximo",
        details: &[
            Detail {
                of: &[],
                read: "insulina|remédio*|medicamento*|oxigênio|diálise|cirurgia|hospital|quimio*",
                say: "quando a saúde de alguém está em jogo",
            },
            Detail {
                of: &[],
                read: "casamento|prova|entrevista|aluguel|prazo|visto",
                say: "com algo tão importante pela frente",
            },
            Detail {
                of: &[],
                read: "sem informação|sem informações|nenhuma informação|ninguém diz|ninguém informa|ninguém explica|ninguém sabe|sem explicação|sem notícias|ninguém avisa",
                say: "sem nenhuma informação",
            },
            Detail {
                of: TRAVEL,
                read: "sem água|não há água|nada para beber",
                say: "sem água",
            },
            Detail {
                of: TRAVEL,
                read: "sem comida|nada para comer",
                say: "sem comida",
            },
            Detail {
                of: TRAVEL,
                read: "criança*|bebê*|bebé*|meu filho|minha filha|filhos",
                say: "com crianças",
            },
            Detail {
                of: TRAVEL,
                read: "sem banheiro|sem casa de banho|banheiro quebrado",
                say: "sem banheiro",
            },
            Detail {
                of: TRAVEL,
                read: "calor|ar condicionado|abafado",
                say: "com este calor",
            },
            Detail {
                of: TRAVEL,
                read: "frio|sem aquecimento",
                say: "com este frio",
            },
        ],
        and: " e ",
        things: &[
            Thing {
                of: &[Matter::Cancelled],
                read: "voo",
                say: "o seu voo",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "trem|comboio",
                say: "o seu trem",
            },
            Thing {
                of: &[Matter::Cancelled],
                read: "ônibus|autocarro",
                say: "o seu ônibus",
            },
            Thing {
                of: &[Matter::Cancelled, Matter::Parcel],
                read: "pedido",
                say: "o seu pedido",
            },
            Thing {
                of: &[Matter::Money],
                read: "fatura|boleto",
                say: "a sua fatura",
            },
            Thing {
                of: &[Matter::Money],
                read: "transferência|pix",
                say: "a sua transferência",
            },
            Thing {
                of: &[Matter::Money],
                read: "cobrança|cobraram|cobrad*",
                say: "essa cobrança",
            },
            Thing {
                of: &[Matter::Money],
                read: "",
                say: "o seu dinheiro",
            },
            Thing {
                of: &[Matter::Parcel],
                read: "",
                say: "a sua encomenda",
            },
            Thing {
                of: &[Matter::Outage],
                read: "internet|wifi|fibra",
                say: "internet",
            },
            Thing {
                of: &[Matter::Outage],
                read: "luz|eletricidade|energia|apagão",
                say: "luz",
            },
            Thing {
                of: &[Matter::Outage],
                read: "sinal|rede",
                say: "sinal",
            },
            Thing {
                of: &[Matter::Outage],
                read: "aquecimento",
                say: "aquecimento",
            },
            Thing {
                of: &[Matter::Outage],
                read: "água quente",
                say: "água quente",
            },
            Thing {
                of: &[Matter::Outage],
                read: "água",
                say: "água",
            },
            Thing {
                of: &[Matter::Outage],
                read: "",
                say: "serviço",
            },
            Thing {
                of: &[Matter::Product],
                read: "app|aplicativo|aplicação",
                say: "a aplicação",
            },
            Thing {
                of: &[Matter::Product],
                read: "roteador|router|modem",
                say: "o seu router",
            },
            Thing {
                of: &[Matter::Product],
                read: "computador|notebook|portátil",
                say: "o seu computador",
            },
            Thing {
                of: &[Matter::Product, Matter::Lost],
                read: "celular|telemóvel|telefone",
                say: "o seu telefone",
            },
            Thing {
                of: &[Matter::Product],
                read: "máquina de lavar|lavadora",
                say: "a sua máquina",
            },
            Thing {
                of: &[Matter::Product],
                read: "geladeira|frigorífico",
                say: "o seu equipamento",
            },
            Thing {
                of: &[Matter::Product],
                read: "",
                say: "o que comprou",
            },
            Thing {
                of: &[Matter::Lost],
                read: "mala|malas",
                say: "a sua mala",
            },
            Thing {
                of: &[Matter::Lost],
                read: "bagagem|bagagens",
                say: "a sua bagagem",
            },
            Thing {
                of: &[Matter::Lost],
                read: "mochila|bolsa",
                say: "a sua bolsa",
            },
            Thing {
                of: &[Matter::Lost],
                read: "carteira",
                say: "a sua carteira",
            },
            Thing {
                of: &[Matter::Lost],
                read: "",
                say: "algo seu",
            },
        ],
    },
};
