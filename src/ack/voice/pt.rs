//! Portuguese as Brazil writes it; the third person serves both registers.

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
    code: "pt",
    spaced: true,
    common: "e|que|o|a|os|as|do|da|em|no|na|é|um|uma|com|sem|para|por|não|nos|sentimos|muito|isso|equipe|aqui|pessoa|nossa|alguém|qualquer|esta",
    post: ("", ""),
    regret: "$so",
    sets: &[
        (
            "hear",
            "Estamos ouvindo|Estamos lendo|Chegou até nós|A mensagem já está conosco|Vemos o que está acontecendo|Mensagem recebida|Está à nossa frente|Levamos isso a sério",
        ),
        (
            "own",
            "e lamentamos|e lamentamos muito|e sentimos muito|e a revolta se entende|e lamentamos que tenha chegado a isto|e no seu lugar diríamos o mesmo|e é triste ler isto|e entendemos esta mensagem",
        ),
        (
            "fed",
            "é de perder a paciência|a revolta se entende|qualquer pessoa ficaria farta|isso cansa qualquer um|há motivo para protestar|faz bem em dizer|é demais para qualquer um|é natural estar no limite",
        ),
        ("so", "muito|imensamente|sinceramente|de verdade"),
        (
            "bad",
            "desgastante|cansativo|exaustivo|difícil|desesperante",
        ),
        (
            "who",
            "uma pessoa|alguém da equipe|uma pessoa da equipe|alguém do time",
        ),
        (
            "does",
            "lhe responde aqui|lhe escreve aqui|vai responder aqui|vai escrever aqui",
        ),
    ],
    matters: &[
        (
            Matter::Delay,
            &[
                "{Span} de espera{?place}{?with}: $fed.",
                "{Span} de espera{?place}{?with} é [muito tempo|uma eternidade|tempo demais], $own.",
                "$hear: {span} de espera{?place}{?with} é [muito tempo|uma eternidade|tempo demais].",
                "Lamentamos $so a espera{?place}{?with}.",
                "[Esperar assim|Ficar sem avançar|Ver-se no meio de um atraso]{?place}{?for}{?with} é $bad, $own.",
                "$hear: [esperar assim|ficar sem avançar|ver-se no meio de um atraso]{?place}{?for}{?with} é $bad.",
                "Um atraso assim{?place}{?with}: $fed.",
            ],
        ),
        (
            Matter::LockedOut,
            &[
                "{Span} sem acesso{?with}: $fed.",
                "[Ficar sem acesso|Ficar do lado de fora|Não conseguir entrar]{?for}{?with} é [estressante|desgastante|desesperante|difícil], $own.",
                "$hear: [ficar sem acesso|ficar do lado de fora|não conseguir entrar]{?for}{?with} é [estressante|desgastante|desesperante|difícil].",
                "Lamentamos $so que não consiga [entrar|ter acesso]{?with}.",
                "+[Sem acesso|Sem conseguir entrar]{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::Money,
            &[
                "{Span} atrás do próprio dinheiro: $fed.",
                "[Correr atrás do|Ficar sem notícia do|Ter de cobrar o] próprio dinheiro{?for}{?with} é [desgastante|desesperante|difícil], $own.",
                "$hear: [correr atrás do|ficar sem notícia do|ter de cobrar o] próprio dinheiro{?for}{?with} é [desgastante|desesperante|difícil].",
                "$hear: quando se trata do próprio dinheiro, [cada hora conta|esperar pesa|é preciso uma resposta clara].",
                "Lamentamos $so o problema com {thing}{?with}.",
                "Um problema com {thing}{?with}: $fed.",
            ],
        ),
        (
            Matter::Parcel,
            &[
                "{Span} à espera: $fed.",
                "[Esperar|Procurar|Continuar esperando] {thing}{?for}{?with} é [desgastante|desesperante|cansativo], $own.",
                "$hear: [esperar|procurar|continuar esperando] {thing}{?for}{?with} é [desgastante|desesperante|cansativo].",
                "Lamentamos $so que {thing} [ainda não tenha chegado|não apareça|continue sem chegar]{?with}.",
                "{Thing} que não chega{?for}{?with}: $fed.",
            ],
        ),
        (
            Matter::Outage,
            &[
                "{Span} [fora do ar|sem serviço]{?with}: $fed.",
                "Ficar sem {thing}{?for}{?with} é [desgastante|desesperante|complicado|difícil], $own.",
                "$hear: ficar sem {thing}{?for}{?with} é [desgastante|desesperante|complicado|difícil].",
                "Lamentamos $so que esteja sem {thing}{?with}.",
                "[Sem|Outra vez sem] {thing}{?for}{?with}: $fed.",
                "Uma falha assim{?with} é [difícil|desesperante|complicada], $own.",
            ],
        ),
        (
            Matter::Staff,
            &[
                "Ninguém deveria [ser tratado assim|receber esse tratamento|ouvir algo assim], $own.",
                "$hear: [ninguém deveria ser tratado assim|ninguém deveria receber esse tratamento|ser tratado assim magoa].",
                "Lamentamos $so [o tratamento que conta|a forma como falaram com você|que tenha sido assim].",
                "Ser tratado assim [magoa|é humilhante|deixa marcas], $own.",
                "O que conta [magoa|soa muito desagradável|soa humilhante], $own.",
            ],
        ),
        (
            Matter::Safety,
            &[
                "A sua segurança [vem primeiro|está acima de tudo], e levamos isto [muito |]a sério.",
                "$hear: [isso parece perigoso|isso assusta|trata-se de segurança], e [vem primeiro|está acima de tudo].",
                "O que conta [assusta|é alarmante|parece perigoso], e levamos isto [muito |]a sério.",
                "Ninguém deveria [sentir-se em perigo|sentir esse medo|ficar em perigo], e levamos isto [muito |]a sério.",
            ],
        ),
        (
            Matter::Cancelled,
            &[
                "{Thing} cancelado{?place}: $fed.",
                "Um cancelamento{?place}{?with} [atrapalha tudo|vira o dia do avesso|obriga a refazer tudo], $own.",
                "$hear: um cancelamento{?place}{?with} [atrapalha tudo|vira o dia do avesso|obriga a refazer tudo].",
                "Lamentamos $so o cancelamento{?place}{?with}.",
                "Ficar [sem plano|pelo caminho|com tudo por refazer]{?place}{?with} é $bad, $own.",
            ],
        ),
        (
            Matter::Lost,
            &[
                "{Span} sem notícias{?with}: $fed.",
                "[Perder|Procurar|Não encontrar] {thing}{?place}{?with} é [angustiante|muito duro|difícil], $own.",
                "$hear: [perder|procurar|não encontrar] {thing}{?place}{?with} é [angustiante|muito duro|difícil].",
                "Lamentamos $so que {thing} [tenha desaparecido|ainda não tenha aparecido|esteja em falta]{?with}.",
                "Não saber onde está {thing}{?with}: $fed.",
            ],
        ),
        (
            Matter::Fraud,
            &[
                "Ver outra pessoa mexer [no seu dinheiro|na sua conta] [assusta|é alarmante|é muito preocupante], e levamos isto a sério.",
                "$hear: parece que outra pessoa está na sua conta, e isso [assusta|é alarmante|é muito preocupante].",
                "Lamentamos $so o que está acontecendo; [assusta|é alarmante|é muito preocupante], e levamos isto a sério.",
                "Ver movimentos que não fez [assusta|é alarmante|é muito preocupante], $own.",
            ],
        ),
        (
            Matter::Unanswered,
            &[
                "{Span} sem [resposta|notícias]: $fed.",
                "[Perguntar e não ouvir nada|Escrever e não receber nada|Ficar sem resposta]{?for} [desanima|é desgastante|cansa], $own.",
                "$hear: [perguntar e não ouvir nada|escrever e não receber nada|ficar sem resposta]{?for} [desanima|é desgastante|cansa].",
                "Lamentamos $so [este silêncio|que ninguém tenha respondido|que tenha precisado insistir].",
                "+[Sem resposta|Sem notícias|Silêncio]{?for}: $fed.",
            ],
        ),
        (
            Matter::Product,
            &[
                "{Thing} sem funcionar{?for}{?with}: $fed.",
                "Quando {thing} não [funciona|responde|coopera]{?with}, é [desgastante|desesperante|cansativo], $own.",
                "$hear: {thing} não faz o que deve, e isso é [desgastante|desesperante|cansativo].",
                "Lamentamos $so que {thing} não [funcione|esteja bem|funcione como deve]{?with}.",
                "[Lutar|Lidar] com {thing}{?for} é [desgastante|desesperante|cansativo], $own.",
            ],
        ),
        (
            Matter::Other,
            &[
                "[Isso parece|Tudo isso parece] [difícil|desgastante|cansativo|pesado], $own.",
                "Lamentamos $so [que tenha chegado a isto|o que está acontecendo|que tenha precisado escrever isto].",
                "$hear: $fed.",
                "[Passar por isto|Ter de lidar com isto|Viver isto]{?place}{?for}{?with} é $bad, $own.",
                "$hear: [isso parece|tudo isso parece] [difícil|desgastante|cansativo|pesado].",
            ],
        ),
    ],
    grave: &[
        "$hear: [passar por|viver] isso {grave} [assusta|é muito preocupante|é angustiante], e levamos isso a sério.",
        "[Passar por|Viver|Enfrentar] isso {grave} [assusta|é muito preocupante|é angustiante], e levamos isso a sério.",
    ],
    next: Next {
        open: &[
            "!A sua mensagem [já|agora] está nas mãos da [nossa |]equipe, marcada como urgente, e $who $does.",
            "Passamos [isto|a sua mensagem] [à nossa equipe|a quem pode olhar para o caso|às pessoas certas], e $who $does.",
            "[Uma pessoa|Alguém] da nossa equipe vai [ler tudo|ler com calma|ver isto de perto] e $does.",
            "[A partir de agora|Daqui em diante|Agora], [uma pessoa|alguém] da nossa equipe cuida disso e $does.",
            "!Está [marcado como urgente|entre os casos urgentes|sinalizado como urgente] para [a nossa equipe|a equipe], e $who $does.",
            "[Uma pessoa|Alguém] da nossa equipe [assume o caso|pega o caso|fica com o caso] e $does.",
        ],
        first: &[
            "Isto está [em primeiro lugar|no topo da fila]; [uma pessoa|alguém] [responde|escreve] aqui.",
            "A sua mensagem passou para [o topo|o início|a frente|o primeiro lugar] da [nossa |]fila, e $who $does.",
            "Passamos [isto|a sua mensagem|o caso] à [nossa |]equipe como [emergência|uma emergência], e $who $does.",
            "[Uma pessoa|Alguém] da nossa equipe vai [ler|ver|olhar] isto antes de tudo e $does.",
        ],
        soon: &[
            "[Uma pessoa|Alguém] da nossa equipe [deve|deverá] [responder|escrever|dar uma resposta] aqui em cerca de {wait}.",
            "[Em cerca de|Daqui a cerca de] {wait}, $who deve [responder|escrever|dar uma resposta] [aqui|aqui mesmo].",
            "A sua mensagem [já|agora] está [com a|nas mãos da] nossa equipe, e $who deve [responder|escrever|dar uma resposta] aqui em cerca de {wait}.",
            "[Contamos com|Calculamos|Prevemos] cerca de {wait} até que $who possa [responder|escrever|dar uma resposta] aqui.",
            "[Passamos|Já passamos] [isto|a sua mensagem] à [nossa |]equipe; $who deve [responder|escrever|dar uma resposta] aqui em cerca de {wait}.",
        ],
        later: &[
            "[A nossa|A] equipe volta {back}, e a sua mensagem [estará à espera|estará lá|estará à vista].",
            "![A nossa|A] equipe volta {back}, e a sua mensagem será das primeiras [lidas|abertas].",
            "[Neste momento|A esta hora|Agora] não há ninguém de serviço; [a nossa|a] equipe volta {back}, e $who $does.",
            "[A nossa|A] equipe [volta|está de volta|retoma] {back}, e $who $does.",
            "Passamos [isto|a sua mensagem] à [nossa |]equipe, que volta {back}; $who $does.",
        ],
    },
    brief: &["[Uma pessoa|Alguém] responde aqui."],
    ease: &[
        "; se algo mudar, é só acrescentar aqui.",
        "; não é preciso escrever de novo.",
        "; o que faltar pode ser acrescentado aqui.",
    ],
    danger: "Se alguém está em perigo agora: {line}",
    worried: &[
        "Temos as suas palavras à nossa frente e [estamos preocupados com você|importa como está].",
        "O que escreve [nos preocupa|nos importa], e [você importa|primeiro vem como está].",
        "[Ainda bem que disse|Foi bom dizer]; [estamos preocupados com você|primeiro vem como está].",
        "[Todo o resto pode esperar|O resto pode esperar]; [estamos preocupados com você|primeiro vem como está].",
    ],
    care: "Se pensa em se machucar, ligue para o número de emergência ou fique com alguém de confiança.",
    sign: "– {team}",
    automatic: &[
        "(primeira mensagem automática)",
        "(esta primeira nota é automática)",
        "(primeira resposta enviada automaticamente)",
        "(uma primeira nota automática)",
    ],
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
                say: "com a saúde de alguém em jogo",
            },
            Detail {
                of: &[],
                read: "casamento|funeral|enterro|prova|entrevista|aluguel|prazo|visto",
                say: "com tanto em jogo",
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
