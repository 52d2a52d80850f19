namespace OrleansTasks.Chaos.Judging;

/// <summary>Records what one call of a handler does.</summary>
/// <param name="writer">Writes the records of its silo.</param>
/// <param name="run">The attempt.</param>
internal sealed class WorkLog(RecordWriter writer, TaskRunContext run)
{
    private readonly Guid _execution = Guid.NewGuid();

    public void Write(WorkKind kind, int number = 0) =>
        writer.Write(new WorkRecord(kind, run.RunId, run.Attempt, _execution, number, TimeProvider.System.GetUtcNow()).ToLine());
}
