"""The configuration of nginx, as it shares visitors out among replicas of the app on this machine."""

import os
from collections.abc import Sequence
from pathlib import Path

_BODIES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def whole_configuration(folder: Path, http: str) -> str:
    """Return a configuration of an nginx that serves what `http` says, and writes into `folder` alone."""
    folders = "\n".join(f'  {body}_temp_path "{folder}/{body}";' for body in _BODIES)
    # Started by root, nginx would give up rights that it needs to write into the folder.
    user = "user root;\n" if os.name == "posix" and os.geteuid() == 0 else ""
    return f"""{user}daemon off;
worker_processes 1;
pid "{folder}/nginx.pid";
error_log stderr crit;
events {{
  worker_connections 4096;
}}
http {{
{folders}
{http}
}}
"""


def proxy_configuration(folder: Path, address: str, port: int, replicas: Sequence[int]) -> str:
    """Return a configuration that listens at `address` and keeps each browser with one of `replicas` (ports).

    What nginx writes is in `folder`. Files of a page lie in the memory of the replica that drew it, so a
    browser stays with one: by a cookie, because many people may come from one address. Where a replica does
    not answer, another one does.
    """
    servers = "\n".join(f"    server 127.0.0.1:{each} max_fails=1 fail_timeout=5s;" for each in replicas)
    host = f"[{address}]" if ":" in address else address
    http = f"""  access_log off;
  server_tokens off;
  map $cookie_usage_replica $usage_browser {{
    ""      $request_id;
    default $cookie_usage_replica;
  }}
  map $http_x_forwarded_proto $usage_scheme {{
    ""      $scheme;
    default $http_x_forwarded_proto;
  }}
  map $usage_scheme $usage_secure {{
    https   "; Secure";
    default "";
  }}
  map $cookie_usage_replica $usage_new_cookie {{
    ""      "usage_replica=$request_id; Path=/; HttpOnly; SameSite=Lax$usage_secure";
    default "";
  }}
  map $http_upgrade $usage_connection {{
    ""      "";
    default upgrade;
  }}
  upstream usage {{
    hash $usage_browser consistent;
{servers}
  }}
  server {{
    listen {host}:{port};
    add_header Set-Cookie $usage_new_cookie;
    # Prometheus asks each replica, not the proxy.
    location = /metrics {{
      return 404;
    }}
    location / {{
      proxy_pass http://usage;
      proxy_http_version 1.1;
      proxy_set_header Upgrade           $http_upgrade;
      proxy_set_header Connection        $usage_connection;
      proxy_set_header Host              $http_host;
      proxy_set_header X-Forwarded-For   $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $usage_scheme;
      proxy_connect_timeout 3s;
      proxy_read_timeout 1h;
      proxy_buffering off;
    }}
  }}"""
    return whole_configuration(folder, http)
