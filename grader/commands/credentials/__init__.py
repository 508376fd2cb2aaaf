"""Open Badges 3.0: who has reached the bar gets a signed file, which anybody can check offline.

    keys      the teacher's key pair
    proofs    eddsa-jcs-2022: a signature over a canonical JSON document
    badges    what is said of a learner, and of what was graded with
    issuing   the files of a class

Nothing is sent anywhere: the issuer is a did:key, which is its public key itself.
"""
