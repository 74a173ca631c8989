"""List and watch: reflector, strategy, back-off, pager, store and the shared informer.

Everything here runs on informer threads. It never writes to the cluster.
"""
