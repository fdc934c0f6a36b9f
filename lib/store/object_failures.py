"""What goes wrong with an object store, said with what to do: never the key, nor its secret."""

import re

_BUCKET = re.compile(r"NoSuchBucket|NO_SUCH_BUCKET|bucket does not exist", re.IGNORECASE)
_REFUSED = re.compile(
    r"AccessDenied|ACCESS_DENIED|InvalidAccessKeyId|INVALID_ACCESS_KEY|INVALID_CLIENT_TOKEN|SignatureDoesNotMatch"
    r"|SIGNATURE_DOES_NOT_MATCH|ExpiredToken|InvalidToken|\b401\b|\b403\b|Forbidden|permissions? to access",
    re.IGNORECASE,
)
_KEYLESS = re.compile(r"credential|169\.254\.169\.254|instance metadata", re.IGNORECASE)
_UNREACHABLE = re.compile(
    r"NETWORK_CONNECTION|error sending request|HTTP error|connect|timed? ?out|timeout|dns|resolve|SLOW_DOWN"
    r"|max_retries|retry_timeout|\b50[0-4]\b",
    re.IGNORECASE,
)
_SET = "[store.options] in .streamlit/secrets.toml or in the AWS_ variables of the environment"


def object_failure(uri: str, told: str) -> str | None:
    """Return what happened to the table at `uri` and what to do, None where it is nothing of the store's."""
    bucket = uri.split("/")[2] if uri.count("/") > 1 else uri
    if _BUCKET.search(told):
        return (
            f"There is no bucket {bucket}, so {uri} cannot be read or written. Make it, or name another "
            "one as [store] uri in .streamlit/secrets.toml or as USAGE_STORE_URI."
        )
    if _REFUSED.search(told):
        return (
            f"The object store refuses its key for {uri}. Nothing of it is lost; see that the key in {_SET} "
            "is right and may list, read, write and delete there."
        )
    if _KEYLESS.search(told):
        return f"There is no key for the object store with {uri}. Set one in {_SET}."
    if _UNREACHABLE.search(told):
        return (
            f"The object store with {uri} cannot be reached or does not answer in time. Nothing of it is "
            f"lost; try again later, and see that endpoint_url and region in {_SET} are right."
        )
    return None
