using OrleansTasks.Tests.Outbox;

[assembly: AssemblyFixture(typeof(OutboxDatabases))]
