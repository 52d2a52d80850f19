// Each test has a cluster of its own, up to three silos: one at a time is what two cores carry.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
