"""Hears Heard's signed events and keeps a Case for each interaction in Salesforce. Standard library only.

SECRET=whsec_... SALESFORCE_TOKEN=... SALESFORCE_URL=https://YOURS.my.salesforce.com python3 salesforce.py 8080
Case needs an external id `Heard_Interaction__c`, Contact an external id `Heard_Customer__c`.
"""
import base64, hashlib, hmac, json, os, sys, time, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))
URL = os.environ["SALESFORCE_URL"] + "/services/data/v62.0/composite/sobjects/Case/Heard_Interaction__c"
STATUS = {"interaction.resolved": "Closed", "interaction.withdrawn": "Closed", "interaction.claimed": "Working"}

def signed(headers, body):
    stamp = headers["webhook-timestamp"] or "0"
    text = f'{headers["webhook-id"]}.{stamp}.'.encode() + body
    good = "v1," + base64.b64encode(hmac.new(KEY, text, hashlib.sha256).digest()).decode()
    same = [hmac.compare_digest(good, one) for one in (headers["webhook-signature"] or "").split()]
    return any(same) and abs(time.time() - int(stamp)) < 300

def mapped(event):
    data = event["data"]
    return {"allOrNone": False, "records": [{
        "attributes": {"type": "Case"}, "Heard_Interaction__c": data["interaction"], "Origin": data.get("platform"),
        "Status": STATUS.get(event["type"], "New"), "Priority": ["Low", "Low", "Medium", "High"][data["level"]],
        "Contact": {"attributes": {"type": "Contact"}, "Heard_Customer__c": data["customer"]["id"]}}]}

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        status = 204 if signed(self.headers, body) else 401
        event = json.loads(body) if status == 204 else {}
        if event.get("data", {}).get("customer"):
            call = urllib.request.Request(URL, json.dumps(mapped(event)).encode(), {
                "content-type": "application/json", "authorization": "Bearer " + os.environ["SALESFORCE_TOKEN"]},
                method="PATCH")
            try:  # Salesforce answers 200 though a record failed: each says so itself.
                said = json.load(urllib.request.urlopen(call, timeout=10))
                status = 204 if all(one["success"] for one in said) else 503
            except OSError:
                status = 503
        self.send_response(status)
        self.end_headers()

    log_message = lambda *_: None

if __name__ == "__main__":
    HTTPServer(("", int(sys.argv[1])), Receiver).serve_forever()
