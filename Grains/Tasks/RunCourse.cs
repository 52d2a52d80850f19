namespace OrleansTasks.Tasks;

/// <summary>Composes the parts that start and end a task's runs.</summary>
internal sealed class RunCourse
{
    /// <param name="context">The context that all parts of the task share.</param>
    /// <param name="records">The outcomes of runs.</param>
    /// <param name="signals">Is told when more runs may start, and when silos come or go.</param>
    /// <param name="endings">Is told when more can be done.</param>
    public RunCourse(TaskContext context, TaskRecords records, ITaskSignals signals, IRunEndings endings)
    {
        var places = new TaskPlaces();
        var groups = new GroupAsks(context, places);
        Places = new RunPlaces(context, records.History, places, groups, signals);
        News = new ClusterNews(context.Turns, context.Silo.Cluster, signals);
        Line = new RunLine(context, Places, News);
        Moves = new RunMoves(context, Line, Places);
        Ends = new RunEnds(context, Moves, records.Pipeline, endings);
        Stops = new RunStops(context, Ends);
        Local = new LocalRuns(context, Ends);
        Placement = new RunPlacement(context, Moves, Places, groups, Ends, Stops, Local, News);
        Starts = new RunStarts(context, Moves, Line, Places, groups, Placement, Ends);
        Remote = new RemoteRuns(context, Places, records.Results, Ends, News);
        Adopted = new AdoptedRuns(context, Remote, Ends);
    }

    /// <summary>Gets the part that decides whether a run may start alongside others.</summary>
    public RunPlaces Places { get; }

    /// <summary>Gets the notifications about silos that have joined or left.</summary>
    public ClusterNews News { get; }

    /// <summary>Gets the runs that wait to start.</summary>
    public RunLine Line { get; }

    /// <summary>Gets the part that moves runs from one phase to the next.</summary>
    public RunMoves Moves { get; }

    /// <summary>Gets the part that decides whether another attempt follows.</summary>
    public RunEnds Ends { get; }

    /// <summary>Gets the part that asks runs to stop.</summary>
    public RunStops Stops { get; }

    /// <summary>Gets the runs on this silo.</summary>
    public LocalRuns Local { get; }

    /// <summary>Gets the part that selects a silo for an attempt.</summary>
    public RunPlacement Placement { get; }

    /// <summary>Gets the part that decides which runs start.</summary>
    public RunStarts Starts { get; }

    /// <summary>Gets the runs on other silos.</summary>
    public RemoteRuns Remote { get; }

    /// <summary>Gets the runs of earlier activations.</summary>
    public AdoptedRuns Adopted { get; }
}
