#!/usr/bin/env python3
"""Writes teacher.bin: what a larger model makes of posts, for `heard train --teacher`.

    pip install torch transformers
    python tests/corpus/teacher/teacher.py --model FOLDER --data FOLDER [--out tests/corpus/teacher/teacher.bin]

FOLDER of the model: all-MiniLM-L6-v2 of Sentence-Transformers (22 million parameters, Apache 2.0). It reads English, so it is
shown and asked about English posts alone. It is
trained further on the corpus's second and third fifth (never on the first, which is held out) and then asked about
the rest of the training posts and about the public sets in the FOLDER of data: of those posts it has seen no label.

teacher.bin: for each post the first eight bytes of the SHA-256 of its text, then ten logits in sixteenths (a signed byte
each): seven kinds, and level 1 or more, 2 or more, 3. Not deterministic to the byte on other machines; hence the
file is kept.
"""
import argparse, hashlib, json, os, random
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import AutoModel, AutoTokenizer

KINDS = ["complaint", "question", "praise", "spam", "attack", "news", "other"]
KIND_WEIGHTS = torch.tensor([0.7, 1.2, 1.3, 1.6, 1.6, 1.5, 1.2])  # as in src/cli/train.rs
SETS = ["abuse_davidson", "praise_goemotions", "question_banking77", "spam_sms", "spam_youtube",
        "valence_vader_tweets", "sentiment_uci_amazon"]
SHOWN, HELD_OUT = {1, 2}, 0
EPOCHS, BATCH, LONGEST = 4, 32, 80


def fold_of(text):
    """`fold_of` of src/lab/labelled.rs."""
    h = 0x811C9DC5
    for byte in text.encode():
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    h ^= h >> 15
    h = h * 0x2C1B3C6D & 0xFFFFFFFF
    return (h ^ h >> 13) // 7 % 5


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


class Teacher(torch.nn.Module):
    def __init__(self, folder):
        super().__init__()
        self.tokens = AutoTokenizer.from_pretrained(folder)
        self.body = AutoModel.from_pretrained(folder)
        self.drop = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(self.body.config.hidden_size, len(KINDS) + 3)

    def forward(self, texts):
        batch = self.tokens(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        mask = batch["attention_mask"].unsqueeze(-1)
        mean = (self.body(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
        return self.head(self.drop(mean))


def train(model, posts):
    steps = EPOCHS * (len(posts) // BATCH + 2)
    groups = [{"params": model.body.parameters(), "lr": 8e-5}, {"params": model.head.parameters(), "lr": 2e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, [8e-5, 2e-3], total_steps=steps, pct_start=0.1)
    for epoch in range(EPOCHS):
        random.shuffle(posts)
        model.train()
        # Posts of a length together: less padding.
        chunks = [sorted(posts[at:at + 16 * BATCH], key=lambda post: len(post["text"]))
                  for at in range(0, len(posts), 16 * BATCH)]
        batches = [chunk[at:at + BATCH] for chunk in chunks for at in range(0, len(chunk), BATCH)]
        random.shuffle(batches)
        total = 0.0
        for batch in batches:
            found = model([post["text"] for post in batch])
            kinds = torch.tensor([KINDS.index(post["kind"]) for post in batch])
            steps_up = torch.tensor([[float(post["level"] > step) for step in range(3)] for post in batch])
            loss = cross_entropy(found[:, :7], kinds, weight=KIND_WEIGHTS)
            loss = loss + 2 * binary_cross_entropy_with_logits(found[:, 7:], steps_up)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            rate.step()
            total += loss.item()
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total / len(batches):.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--out", default=os.path.join(here, "teacher.bin"))
    args = parser.parse_args()
    torch.manual_seed(0)
    random.seed(0)
    posts = os.path.join(here, "..", "train")
    with open(os.path.join(posts, "order.txt"), encoding="utf-8") as order:
        files = [os.path.join(posts, name.strip()) for name in order]
    corpus = [post for path in files for post in rows(path) if post["lang"] == "en"]
    corpus = [post for post in corpus if fold_of(post["text"]) != HELD_OUT]
    model = Teacher(args.model)
    train(model, [post for post in corpus if fold_of(post["text"]) in SHOWN])
    texts = [post["text"] for post in corpus if fold_of(post["text"]) not in SHOWN]
    texts += [row["text"] for name in SETS for row in rows(os.path.join(args.data, name + ".jsonl"))]
    texts = sorted(set(texts), key=lambda text: (len(text), text))
    model.eval()
    with torch.inference_mode(), open(args.out, "wb") as out:
        for at in range(0, len(texts), 64):
            batch = texts[at:at + 64]
            for text, logits in zip(batch, model(batch)):
                small = [max(-128, min(127, round(16 * logit))) & 0xFF for logit in logits.tolist()]
                out.write(hashlib.sha256(text.encode()).digest()[:8] + bytes(small))
            if at % 6400 == 0:
                print(f"{at} of {len(texts)}", flush=True)


if __name__ == "__main__":
    main()
