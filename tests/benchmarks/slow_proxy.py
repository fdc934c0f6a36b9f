"""A proxy before an object store that hands each request on a little later.

`python -m tests.benchmarks.slow_proxy PORT TARGET SECONDS`
"""

import sys
import time
from http.server import ThreadingHTTPServer

from tests.object_proxy import Answered, Proxy


class Late(Proxy):
    """Asks the server `delay` seconds after it was asked itself."""

    delay: float

    def ask(self, body: bytes) -> Answered:
        """Return what the server answers."""
        time.sleep(self.delay)
        return super().ask(body)


if __name__ == "__main__":
    port, Late.target, Late.delay = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    ThreadingHTTPServer(("127.0.0.1", port), Late).serve_forever()
