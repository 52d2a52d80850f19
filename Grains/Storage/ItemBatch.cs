namespace OrleansTasks.Storage;

/// <summary>Represents changes in the form in which a record contains them.</summary>
internal sealed record ItemBatch(string[] Keys, string?[] Values, int Bytes)
{
    /// <summary>
    /// Divides changes, in order, into batches of at most the given number of bytes. A larger change gets a batch of its own.
    /// </summary>
    public static List<ItemBatch> Split(IEnumerable<LogChange> changes, int maxBytes)
    {
        var batches = new List<ItemBatch>();
        var keys = new List<string>();
        var values = new List<string?>();
        var bytes = 0;
        foreach (var change in changes)
        {
            if (keys.Count > 0 && bytes + change.Bytes > maxBytes)
            {
                Close();
            }

            keys.Add(change.Key);
            values.Add(change.Json);
            bytes += change.Bytes;
        }

        if (keys.Count > 0)
        {
            Close();
        }

        return batches;

        void Close()
        {
            batches.Add(new ItemBatch([.. keys], [.. values], bytes));
            keys.Clear();
            values.Clear();
            bytes = 0;
        }
    }
}
