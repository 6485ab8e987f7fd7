"""So many tokens by PyJWT, in a process of its own: reads the key as JSON, prints microseconds a token and the last token."""
import json
import sys
import time

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

order = json.load(sys.stdin)
pem, count = order["pem"], order["count"]
ready = load_pem_private_key(pem.encode(), password=None)


def mint(key):
    now = int(time.time())
    claims = {"iss": order["issuerId"], "iat": now - 60, "exp": now + 120, "aud": "appstoreconnect-v1"}
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": order["keyId"]})


def micros(key):
    token = mint(key)
    started = time.perf_counter()
    for _ in range(count):
        token = mint(key)
    return (time.perf_counter() - started) / count * 1e6, token


key_read, one = micros(ready)
from_pem, other = micros(pem)
print(json.dumps({"keyRead": key_read, "fromPem": from_pem, "tokens": [one, other]}))
