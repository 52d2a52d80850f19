namespace OrleansTasks.Tests.Storage;

/// <summary>What happens to one call of storage.</summary>
internal enum Fault
{
    None,

    /// <summary>It throws and has done nothing.</summary>
    FailBefore,

    /// <summary>It is done, and throws.</summary>
    FailAfter,

    /// <summary>It throws, and is done some calls later, if nothing stands against it then.</summary>
    Late,

    /// <summary>The process dies: neither this call nor any later one does anything or ends.</summary>
    CrashBefore,

    /// <summary>It is done, and the process dies.</summary>
    CrashAfter,
}
