#!/usr/bin/env python3
"""Judges every vector of vectors.json by Python's hmac alone, and says where the file is wrong.

Nothing here is shared with src/: what both agree on was worked out twice from the platforms'
documentation. A vector's `origin` is `published` (with its source) or `computed` (by this algorithm).
Run it after a change of vectors.json:  python3 tests/vectors.py
"""

import base64
import binascii
import datetime
import hashlib
import hmac
import json
import pathlib
import re
import sys

TOLERANCE_S = 300


class Refused(Exception):
    pass


def one(headers, name):
    """A header that is there once; Workers join one that came twice by a comma and a space."""
    found = [value for key, value in headers if key.lower() == name]
    if len(found) != 1 or ", " in found[0]:
        raise Refused(name)
    return found[0]


def behind(text, prefix):
    if not text.startswith(prefix):
        raise Refused("prefix")
    return text[len(prefix):]


def unhex(text):
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text, re.ASCII):
        raise Refused("hex")
    return bytes.fromhex(text)


def unbase64(text):
    if not re.fullmatch(r"[A-Za-z0-9+/]{43}=", text, re.ASCII):
        raise Refused("base64")
    digest = base64.b64decode(text)
    # One digest has one writing: bits that mean nothing must be zero.
    if base64.b64encode(digest).decode() != text:
        raise Refused("base64")
    return digest


def seconds(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", text, re.ASCII):
        raise Refused("time")
    return int(text)


def fresh(signed, now):
    if abs(signed - now) > TOLERANCE_S:
        raise Refused("clock")


def escaped(body):
    """The form over which Meta says it signs: every UTF-16 unit past ~ as \\uXXXX."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    out = []
    for char in text:
        if ord(char) < 0x7F:
            out.append(char)
        else:
            units = char.encode("utf-16-be")
            out += [f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2)]
    return "".join(out).encode()


def verify(scheme, keys, headers, body, now):
    """The index of the key that signed; raises where none did."""

    def signer(digest, *parts):
        for nth, key in enumerate(keys):
            if hmac.compare_digest(hmac.new(key, b"".join(parts), hashlib.sha256).digest(), digest):
                return nth
        raise Refused("mismatch")

    def shown(value, writing):
        for nth, key in enumerate(keys):
            if hmac.compare_digest(writing(key), value.encode()):
                return nth
        raise Refused("mismatch")

    if scheme == "meta":
        digest = unhex(behind(one(headers, "x-hub-signature-256"), "sha256="))
        try:
            return signer(digest, body)
        except Refused:
            return signer(digest, escaped(body))
    if scheme == "x":
        return signer(unbase64(behind(one(headers, "x-twitter-webhooks-signature"), "sha256=")), body)
    if scheme == "discourse":
        return signer(unhex(behind(one(headers, "x-discourse-event-signature"), "sha256=")), body)
    if scheme == "mastodon":
        return signer(unhex(behind(one(headers, "x-hub-signature"), "sha256=")), body)
    if scheme == "line":
        return signer(unbase64(one(headers, "x-line-signature")), body)
    if scheme == "viber":
        return signer(unhex(one(headers, "x-viber-content-signature")), body)
    if scheme == "linkedin":
        digest = unhex(one(headers, "x-li-signature").removeprefix("hmacsha256="))
        return signer(digest, b"hmacsha256=", body)
    if scheme == "slack":
        time = one(headers, "x-slack-request-timestamp")
        fresh(seconds(time), now)
        digest = unhex(behind(one(headers, "x-slack-signature"), "v0="))
        return signer(digest, b"v0:", time.encode(), b":", body)
    if scheme == "tiktok":
        time, comma, digest = behind(one(headers, "tiktok-signature"), "t=").partition(",s=")
        if not comma:
            raise Refused("prefix")
        fresh(seconds(time), now)
        return signer(unhex(digest), time.encode(), b".", body)
    if scheme == "zendesk":
        time = one(headers, "x-zendesk-webhook-signature-timestamp")
        try:
            signed = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
            fresh(int(signed.timestamp()), now)
        except ValueError as why:
            raise Refused("time") from why
        return signer(unbase64(one(headers, "x-zendesk-webhook-signature")), time.encode(), body)
    if scheme == "telegram":
        return shown(one(headers, "x-telegram-bot-api-secret-token"), lambda key: key)
    if scheme == "bluesky":
        basic = lambda key: b"Basic " + base64.b64encode(b"admin:" + key)
        return shown(one(headers, "authorization"), basic)
    if scheme == "standard":
        names = [key.lower() for key, _ in headers]
        family = "webhook" if "webhook-signature" in names else "svix"
        ident, time, listed = (one(headers, f"{family}-{part}") for part in ("id", "timestamp", "signature"))
        if not ident or "." in ident:
            raise Refused("id")
        fresh(seconds(time), now)
        entries = [entry for entry in listed.split(" ") if entry]
        if len(entries) > 16:
            raise Refused("list")
        found = []
        for entry in entries:
            if entry.startswith("v1,"):
                try:
                    found.append(unbase64(entry[3:]))
                except Refused:
                    pass
        for nth in range(len(keys)):
            for digest in found:
                mac = hmac.new(keys[nth], f"{ident}.{time}.".encode() + body, hashlib.sha256)
                if hmac.compare_digest(mac.digest(), digest):
                    return nth
        raise Refused("mismatch")
    raise SystemExit(f"no such scheme: {scheme}")


def key_of(scheme, text):
    if not text.strip() or text.strip() != text:
        raise Refused("key")
    if scheme != "standard":
        return text.encode()
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except binascii.Error as why:
        raise Refused("key") from why
    if not key:
        raise Refused("key")
    return key


def main():
    file = pathlib.Path(__file__).with_name("vectors.json")
    vectors = json.loads(file.read_text(encoding="utf-8"))["verify"]
    wrong = 0
    for vector in vectors:
        body = base64.b64decode(vector["body_base64"]) if "body_base64" in vector else vector["body"].encode()
        try:
            keys = [key_of(vector["scheme"], text) for text in vector["keys"]]
            found = ("accepted", verify(vector["scheme"], keys, vector["headers"], body, vector["now"]))
        except Refused:
            found = ("refused", 0)
        if found != (vector["verdict"], vector.get("key", 0)):
            wrong += 1
            print(f"{vector['name']}: {found}, not {vector['verdict']}")
    print(f"{len(vectors)} vectors, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
