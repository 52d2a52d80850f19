using OrleansTasks.Settings;

namespace OrleansTasks.Ui;

/// <summary>Marks the endpoint that gives a dashboard's document.</summary>
internal sealed record DocumentMetadata(DashboardMount Mount);
