"""Programs started, fed, waited for; what goes wrong."""
import subprocess,sys
print(subprocess.run(['echo','hi'],capture_output=True,text=True))
print(subprocess.check_output('echo $((1+2)); exit 0',shell=True))
p=subprocess.Popen(['cat'],stdin=subprocess.PIPE,stdout=subprocess.PIPE); print(p.communicate(b'abc'), p.returncode)
try: subprocess.run(['/nonexistent'])
except FileNotFoundError as e: print(e)
try: subprocess.run(['false'],check=True)
except subprocess.CalledProcessError as e: print(e)
print(subprocess.run(['pwd'],cwd='/',capture_output=True).stdout, subprocess.run(['env'],env={'A':'b'},capture_output=True).stdout)
try: subprocess.run(['pwd'],cwd='/nope')
except OSError as e: print(e)
try: subprocess.run(['sleep','5'],timeout=.1)
except subprocess.TimeoutExpired as e: print(e)
