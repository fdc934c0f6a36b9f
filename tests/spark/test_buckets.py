"""A store in a bucket, whose objects Spark reads at the addresses that Hadoop has for them."""

from pathlib import Path

import pyarrow as pa
import pytest

from lib.engine.engines import engine_at
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.errors import EngineError
from lib.store.usage_store import Store
from tests.object_server import BUCKET, ObjectServer
from tests.spark.cluster import Cluster
from tests.stored import ALWAYS, filled

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.timeout(600)]

BY_MODEL = Question("embeddings", ALWAYS, by=("model",), metrics=("input_tokens",))
ROWS = [{"start": f"2026-0{month}-05", "model": "a", "input_tokens": month} for month in (1, 2)]


def read_from(folder: Path, name: str, cluster: Cluster) -> None:
    """Let the cluster find what is `name` in the bucket in a `folder`, as hadoop-aws would there."""
    session = engine_at(cluster.url).rows_in(pa.table({"n": [1]})).to_native().sparkSession
    session.conf.set("fs.s3a.impl", "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme")
    session.conf.set("fs.viewfs.overload.scheme.target.file.impl", "org.apache.hadoop.fs.LocalFileSystem")
    session.conf.set(f"fs.viewfs.mounttable.{BUCKET}.link./{name}", folder.as_uri())


def test_a_cluster_that_cannot_read_objects_is_said_to_lack_what_it_takes(
    objects: ObjectServer, cluster: Cluster
) -> None:
    store = filled(Store(f"s3://{BUCKET}/unread", access=objects.access()), "embeddings", *ROWS)
    store.engine_url = cluster.url

    with pytest.raises(
        EngineError, match=r"^Spark at \S+ cannot read a store in a bucket: .* lack hadoop-aws"
    ):
        answer(store, BY_MODEL)


def test_a_cluster_that_can_is_given_the_addresses_of_the_objects(
    objects: ObjectServer, cluster: Cluster
) -> None:
    store = filled(Store(f"s3://{BUCKET}/read", access=objects.access()), "embeddings", *ROWS)
    usual = answer(store, BY_MODEL)
    read_from(store.location.here, "read", cluster)
    store.engine_url = cluster.url

    assert answer(store, BY_MODEL) == usual
    assert usual.to_pylist() == [{"model": "a", "input_tokens": 3}]
