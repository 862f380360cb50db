"""Imports every module of the client that was made of the contract, and reads an answer with it."""

import importlib
import pkgutil

import heard_client
from heard_client.models import Backlog, Problem

modules = [one.name for one in pkgutil.walk_packages(heard_client.__path__, "heard_client.")]
for name in modules:
    importlib.import_module(name)
calls = [name for name in modules if name.startswith("heard_client.api.") and name.count(".") == 3]
assert len(calls) > 50, calls
problem = {"type": "about:blank", "title": "t", "status": 404, "code": "not_found", "detail": "d"}
assert Problem.from_dict(problem).status == 404
assert Backlog
print(f"Python: {len(modules)} modules imported, {len(calls)} calls")
