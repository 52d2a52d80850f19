// Most of them wait for silos that start, stop and are killed: two at a time leave the processors idle for half of the time.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
