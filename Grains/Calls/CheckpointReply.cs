namespace OrleansTasks.Calls;

/// <summary>Defines what a partition answers when it is asked to store a checkpoint.</summary>
internal enum CheckpointReply
{
    /// <summary>The checkpoint is stored.</summary>
    Stored,

    /// <summary>The attempt may not save any more.</summary>
    Refused,

    /// <summary>The partition does not have the run.</summary>
    Unknown,
}
