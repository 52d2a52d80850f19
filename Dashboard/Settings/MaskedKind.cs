namespace OrleansTasks;

/// <summary>Which JSON <see cref="TasksDashboardOptions.Mask"/> is asked about.</summary>
public enum MaskedKind
{
    /// <summary>The arguments of a task or of a run: an array of positional ones, or an object of named ones.</summary>
    Arguments = 0,

    /// <summary>The value that a run returned.</summary>
    Value = 1,

    /// <summary>What a handler said of its progress.</summary>
    Progress = 2,

    /// <summary>A broadcast.</summary>
    Broadcast = 3,

    /// <summary>A text that a run left, given as a JSON text: its error, its stack, or a line that it logged.</summary>
    Text = 4,

    /// <summary>The headers of a task, of a run or of what is to follow: an object of texts.</summary>
    Headers = 5,
}
