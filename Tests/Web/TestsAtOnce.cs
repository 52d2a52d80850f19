// Most of these tests wait for programs to start, stop or be killed.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
