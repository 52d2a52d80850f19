// Most of them wait for programs that start, stop and are killed.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
