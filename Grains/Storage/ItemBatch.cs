namespace OrleansTasks.Storage;

/// <summary>Changes as a record holds them.</summary>
internal sealed record ItemBatch(string[] Keys, string?[] Values, int Bytes)
{
    /// <summary>Divides changes, in order, into batches of at most so many bytes; a larger change has one to itself.</summary>
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
