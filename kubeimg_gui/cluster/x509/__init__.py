"""What certificates say, read as Go reads them: PEM, DER, names, and the rules of a chain.

OpenSSL verifies signatures and builds chains. This package adds the rules in which Go, and so
kubectl, differs: Go's `crypto/x509` of version 1.26 is the source.
"""
