namespace OrleansTasks.Tests.Storage;

/// <summary>Represents one call of storage for a test's fault plan.</summary>
internal readonly record struct StorageCall(int Number, bool IsWrite, string Kind, string Key);
