"""Pushes one incident and prints its place in the log: client.py SERVER ROOTS KEY CERTIFICATE"""
import sys
import grpc
from concordat.v1 import exchange_pb2, services_pb2_grpc

roots, key, certificate = (open(name, "rb").read() for name in sys.argv[2:])
victim = dict(capacity="VICTIM", full_name="Asha Example", date_of_birth="1990-04-05")
perpetrator = dict(capacity="PERPETRATOR", full_name="Bram Specimen", date_of_birth="1985-06-07")
event = dict(source_system="niche-rms", source_reference="LC-20240101-0001", revision=1, occurred_at=dict(seconds=1704139200),
             persons=[victim, perpetrator], incident=dict(domestic_abuse_flag=True, initial_grade="HIGH"))
push = exchange_pb2.PushRequest(purpose="LAW_ENFORCEMENT", event=event)
with grpc.secure_channel(sys.argv[1], grpc.ssl_channel_credentials(roots, key, certificate)) as channel:
    print(services_pb2_grpc.PoliceStub(channel).NotifyIncident(push, timeout=30).leaf_index)
