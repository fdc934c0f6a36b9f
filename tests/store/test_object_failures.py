import pytest

from lib.store.object_failures import object_failure

COSTS = "s3://usage/store/costs/day"


@pytest.mark.parametrize(
    ("told", "begins"),
    [
        (
            "NoSuchBucket: The specified bucket does not exist",
            "There is no bucket usage, so s3://usage/store",
        ),
        ("AWS Error NO_SUCH_BUCKET during PutObject", "There is no bucket usage"),
        ("403 Forbidden: <Code>InvalidAccessKeyId</Code>", "The object store refuses its key for s3://usage"),
        ("AWS Error ACCESS_DENIED during ListObjectsV2 operation", "The object store refuses its key"),
        ("The operation lacked the necessary privileges: 403", "The object store refuses its key"),
        ("Error getting credentials from 169.254.169.254", "There is no key for the object store"),
        (
            "AWS Error NETWORK_CONNECTION: curlCode: 28, Timeout was reached",
            "The object store with s3://usage",
        ),
        ("error sending request, after 3 retries, max_retries: 3", "The object store with s3://usage"),
    ],
)
def test_each_failure_is_said_with_what_to_do(told: str, begins: str) -> None:
    said = object_failure(COSTS, told)

    assert said is not None
    assert said.startswith(begins)
    assert "secrets.toml" in said


def test_what_is_no_failure_of_the_object_store_is_said_by_others() -> None:
    assert object_failure(COSTS, "Parquet magic bytes not found in footer") is None
