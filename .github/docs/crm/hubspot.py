"""Hears Heard's signed events and writes each interaction to HubSpot's contact of the customer. Standard library only.

SECRET=whsec_... HUBSPOT_TOKEN=... python3 hubspot.py 8080        (HUBSPOT_URL for a stand-in)
The contacts need a property `heard_customer_id` with unique values, and the properties that are written below.
"""
import base64, hashlib, hmac, json, os, sys, time, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))
URL = os.environ.get("HUBSPOT_URL", "https://api.hubapi.com") + "/crm/v3/objects/contacts/batch/upsert"

def signed(headers, body):
    stamp = headers["webhook-timestamp"] or "0"
    text = f'{headers["webhook-id"]}.{stamp}.'.encode() + body
    good = "v1," + base64.b64encode(hmac.new(KEY, text, hashlib.sha256).digest()).decode()
    same = [hmac.compare_digest(good, one) for one in (headers["webhook-signature"] or "").split()]
    return any(same) and abs(time.time() - int(stamp)) < 300

def mapped(event):
    data = event["data"]
    return {"inputs": [{"idProperty": "heard_customer_id", "id": data["customer"]["id"], "properties": {
        "heard_customer_id": data["customer"]["id"], "heard_last_event": event["type"],
        "heard_last_at": event["timestamp"], "heard_last_interaction": data["interaction"],
        "heard_last_level": str(data["level"])}}]}

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        status = 204 if signed(self.headers, body) else 401
        event = json.loads(body) if status == 204 else {}
        if event.get("data", {}).get("customer"):
            call = urllib.request.Request(URL, json.dumps(mapped(event)).encode(), {
                "content-type": "application/json", "authorization": "Bearer " + os.environ["HUBSPOT_TOKEN"]})
            try:  # 207: some failed; Heard sends the event again after a 503.
                status = 204 if urllib.request.urlopen(call, timeout=10).status in (200, 201) else 503
            except OSError:
                status = 503
        self.send_response(status)
        self.end_headers()

    log_message = lambda *_: None

if __name__ == "__main__":
    HTTPServer(("", int(sys.argv[1])), Receiver).serve_forever()
