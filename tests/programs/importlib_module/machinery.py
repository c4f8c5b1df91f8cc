import importlib, importlib.util, importlib.machinery, os, sys, tempfile
print(importlib.import_module("json.decoder").__name__, importlib.import_module(".tool", "json").__name__)
for bad in (lambda: importlib.import_module("no_such_module_x"), lambda: importlib.import_module(".x"), lambda: importlib.import_module(".x", "json")):
    try: bad()
    except (ImportError, TypeError) as e: print(type(e).__name__, e)
print(importlib.util.find_spec("no_such_module_x"), importlib.util.find_spec("colorsys").name)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "made_here.py")
    with open(path, "w") as file: file.write("VALUE = 1\ndef name(): return __name__\n")
    sys.path.insert(0, folder); importlib.invalidate_caches()
    import made_here
    print(made_here.VALUE, made_here.name(), made_here.__file__ == path)
    with open(path, "w") as file: file.write("VALUE = 'reloaded'\n")
    print(importlib.reload(made_here) is made_here, made_here.VALUE)
    spec = importlib.util.spec_from_file_location("other_name", path)
    module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)
    print(module.__name__, module.VALUE, spec.origin == path, type(spec.loader).__name__, spec.has_location)
    sys.path.remove(folder)
class Finder:
    @classmethod
    def find_spec(cls, name, path, target=None):
        if name.startswith("virtual"):
            return importlib.machinery.ModuleSpec(name, cls, is_package=name == "virtual")
    @staticmethod
    def create_module(spec): return None
    @staticmethod
    def exec_module(module): module.answer = module.__name__.upper()
sys.meta_path.insert(0, Finder)
import virtual.part
print(virtual.answer, virtual.part.answer, virtual.__path__, virtual.part.__spec__.parent)
sys.meta_path.remove(Finder)
try: import virtually_gone
except ModuleNotFoundError as e: print(e, e.name)
