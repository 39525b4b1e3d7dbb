"""Prints a URL with a signature in its query, good for ten minutes, by the credentials in the environment."""

import sys

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest

session = boto3.Session()
request = AWSRequest(method="GET", url=sys.argv[1])
SigV4QueryAuth(session.get_credentials(), "evidently", session.region_name, expires=600).add_auth(request)
print(request.url)
