namespace OrleansTasks;

/// <summary>The version of all stored forms, raised when a reader of the old one would misread the new one.</summary>
internal static class RecordVersion
{
    public const int Current = 1;
}
