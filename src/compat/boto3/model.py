"""The story with the model and the paginators of this repository, as newer releases of boto3 need them."""

import os
import pathlib
import runpy
import shutil
import tempfile

import botocore.loaders

RESOURCES = pathlib.Path(__file__).resolve().parents[2] / "test/resources"

with tempfile.TemporaryDirectory() as models:
    directory = pathlib.Path(models, "evidently", "2021-02-01")
    directory.mkdir(parents=True)
    shutil.copy(RESOURCES / "evidently-2021-02-01.json", directory / "service-2.json")
    shutil.copy(RESOURCES / "evidently-2021-02-01-paginators.json", directory / "paginators-1.json")
    os.environ["AWS_DATA_PATH"] = models
    # Debian's boto3 has its own, which the story must not page with.
    loader = botocore.loaders.create_loader(models)
    for name in ("service-2", "paginators-1"):
        _, path = loader.load_data_with_path(f"evidently/2021-02-01/{name}")
        print("ok" if str(path).startswith(str(directory)) else "FAILED", f"finds {name} in AWS_DATA_PATH")
    os.environ["EVIDENTLY_PROJECT"] = "compat-boto3-model"
    runpy.run_path("story.py", run_name="__main__")
