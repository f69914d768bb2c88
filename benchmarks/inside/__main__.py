"""The child process: print the figures of one module, a JSON object per line, as they are measured."""

import importlib
import json
import sys

import django

if __name__ == "__main__":
    django.setup()
    for figure in importlib.import_module(sys.argv[1]).measure(**json.loads(sys.argv[2])):
        print(json.dumps(figure._asdict()), flush=True)
