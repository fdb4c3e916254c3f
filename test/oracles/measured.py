"""
Runs a command and tells what it took: python3 measured.py FILE COMMAND [ARG …], JSON into FILE.

By wait4, so that CPU time and peak memory are the kernel's own account of the process with its threads (of processes that it began and waited for, the CPU
time too, and of memory the largest of them). The command's output goes where this one's goes.
"""

import json
import os
import subprocess
import sys
import time

begun = time.perf_counter()
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
taken = {
    "code": os.waitstatus_to_exitcode(status),
    "wall_s": time.perf_counter() - begun,
    "cpu_s": usage.ru_utime + usage.ru_stime,
    "peak_mib": usage.ru_maxrss / 1024,
}
with open(sys.argv[1], "w") as file:
    json.dump(taken, file)
sys.exit(0 if taken["code"] == 0 else 1)
