"""The ten lines that people use today: one token for App Store Connect, from a key's file to the standard output."""
import sys
import time

import jwt

file, key_id, issuer = sys.argv[1:]
now = int(time.time())
claims = {"iss": issuer, "iat": now, "exp": now + 300, "aud": "appstoreconnect-v1"}
with open(file, encoding="utf8") as key:
    print(jwt.encode(claims, key.read(), algorithm="ES256", headers={"kid": key_id}))
