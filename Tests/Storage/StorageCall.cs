namespace OrleansTasks.Tests.Storage;

/// <summary>One call of storage, as a test's fault plan sees it.</summary>
internal readonly record struct StorageCall(int Number, bool IsWrite, string Kind, string Key);
