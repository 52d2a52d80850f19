using OrleansTasks.Tests.Servers;

// Most tests wait for silos that start, stop and are killed. With two tests at a time, the processors would be idle half of the time.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
